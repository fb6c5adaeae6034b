"""Writes jpeg_reference.npz (pictures made here, as files and as libjpeg-turbo decodes them) and odd_jpeg_reference.npz
(at most 300 pixels of each JPEG of ../shared/data/odd_files). Needs Pillow and NumPy:
python make_jpeg_reference.py ODD_FILES"""
import io, sys, pathlib, warnings
import numpy as np
from PIL import Image

warnings.simplefilter("ignore")
rng = np.random.default_rng(1)


def picture(width, height, channels):
    y, x = np.mgrid[0:height, 0:width] / 9.0
    waves = np.stack([np.sin(x * (c + 1) + y) * np.cos(y * (3 - c)) for c in range(channels)], -1)
    noisy = 128 + 100 * waves + rng.normal(0, 25, waves.shape)
    pixels = noisy.clip(0, 255).astype(np.uint8)
    return Image.fromarray(pixels.squeeze(-1) if channels == 1 else pixels)


def encode(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85, **options)
    return out.getvalue()


def with_sampling(jpeg, factors):  # another order of as many luma blocks: a scrambled picture, but a valid file
    at = next(jpeg.index(bytes([0xFF, m])) for m in (0xC0, 0xC2) if bytes([0xFF, m]) in jpeg[:700])
    return jpeg[:at + 11] + bytes([factors]) + jpeg[at + 12:]


colour, grey = picture(29, 27, 3), picture(37, 21, 1)
files = {"grey": encode(grey), "grey_progressive": encode(grey, progressive=True), "rgb": encode(colour, keep_rgb=True)}
for name in ("4:4:4", "4:2:2", "4:2:0"):
    key = name.replace(":", "")
    for kind, options in {"": {}, "_progressive": {"progressive": True}, "_restart": {"restart_marker_blocks": 3},
                          "_progressive_restart": {"progressive": True, "restart_marker_rows": 1}}.items():
        files[key + kind] = encode(colour, subsampling=name, **options)
files["440"] = with_sampling(files["422"], 0x12)
files["440_progressive"] = with_sampling(files["422_progressive"], 0x12)
files["411"] = with_sampling(encode(picture(32, 32, 3), subsampling="4:2:0"), 0x41)
files["tall_411"] = with_sampling(encode(picture(32, 32, 3), subsampling="4:2:0"), 0x14)
for size in range(1, 7):
    files[f"422_{size}x{size}"] = encode(picture(size, size, 3), subsampling="4:2:2")
    files[f"420_{size}x{7 - size}"] = encode(picture(size, 7 - size, 3), subsampling="4:2:0")

arrays = {}
for name, data in files.items():
    arrays[name + ".file"] = np.frombuffer(data, np.uint8)
    arrays[name + ".pixels"] = np.asarray(Image.open(io.BytesIO(data)))
here = pathlib.Path(__file__).parent
np.savez_compressed(here / "jpeg_reference.npz", **arrays)

odd = {}
root = pathlib.Path(sys.argv[1])
for path in sorted(root.rglob("*.jpg")):
    try:
        image = Image.open(path)
        pixels = np.asarray(image.convert("L" if image.mode == "L" else "RGB"))
    except OSError:
        continue
    flat = pixels.reshape(pixels.shape[0] * pixels.shape[1], -1)
    odd[str(path.relative_to(root))] = flat[::-(-len(flat) // 300)]
np.savez_compressed(here / "odd_jpeg_reference.npz", **odd)
