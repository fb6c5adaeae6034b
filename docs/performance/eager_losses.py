#!/usr/bin/env python3
"""Times every loss of skew beside an eager PyTorch composition of the same formula, and checks that both did the work.

    python3 -m venv venv && venv/bin/pip install torch numpy
    venv/bin/python docs/performance/eager_losses.py --skew build/skew --shape 64,14 1024,80 4096,1000

Value and gradient of the mean over hashed logits [N, C] (apps/cli/bench_loss.cpp has the hash). Each measurement is a
fresh process, skew and PyTorch in turn; the table holds medians over the rounds of each process's median. The results
column compares value and sum |gradient| to 1e-4 relative. Class counts are all 1 (weights 1, margins and biases equal).
"""
import argparse, json, statistics, subprocess, sys, time

POINTWISE = ["bce", "focal", "asl", "apl", "hill", "ral", "splc", "poly1_focal", "distribution_balanced", "ldam_multi",
             "class_balanced_focal", "class_balanced", "partial_selective"]
COUPLED = ["cross_entropy", "softmax_focal", "poly1_ce", "asl_single", "ral_single", "ldam", "balanced_softmax",
           "logit_adjusted", "seesaw", "zlpr", "two_way"]


def compositions():
    """name -> f(x, t, y): logits, class indices, 0/1 labels. One PyTorch operation a step, as papers' code has them."""
    import torch
    import torch.nn.functional as F
    binary = F.binary_cross_entropy_with_logits

    def one_hot(x, t): return torch.zeros_like(x).scatter_(1, t[:, None], 1)

    def asymmetric(x, y, weight_of, detach):
        p = torch.sigmoid(x)
        q = (1 - p + .05).clamp(max=1)
        a, b, hill = weight_of(p, q)
        loss = y * a + (1 - y) * b * hill
        pt = p * y + q * (1 - y)
        if detach: pt = pt.detach()
        return lambda gp, gn: -(loss * (1 - pt) ** (gp * y + gn * (1 - y))).mean()

    def bce(x, t, y): return binary(x, y)
    def logs(p, q): return p.clamp(min=1e-8).log(), q.clamp(min=1e-8).log()
    def taylor(p, q): return logs(p, q)[0] + (1 - p) - 1.25 * (1 - p) ** 2, logs(p, q)[1]
    def asl(x, t, y): return asymmetric(x, y, lambda p, q: (*logs(p, q), 1), True)(1, 4)
    def apl(x, t, y): return asymmetric(x, y, lambda p, q: (*taylor(p, q), 1), True)(0, 4)
    def ral(x, t, y): return asymmetric(x, y, lambda p, q: (*taylor(p, q), (1.5 - p) * p ** 2 * (1.5 - q)), False)(0, 4)
    def focal(x, t, y, alpha=.25):
        p = torch.sigmoid(x)
        pt = p * y + (1 - p) * (1 - y)
        return ((alpha * y + (1 - alpha) * (1 - y)) * binary(x, y, reduction="none") * (1 - pt) ** 2).mean()
    def hill(x, t, y):
        p, pm = torch.sigmoid(x), torch.sigmoid(x - 1)
        return (-y * (1 - pm) ** 2 * torch.log(pm) + (1 - y) * (1.5 - p) * p ** 2).mean()
    def splc(x, t, y):
        z = torch.where(y > 0, x - 1, x)
        p = torch.sigmoid(z)
        pt = torch.where(y > 0, p, 1 - p)
        return (binary(z, y, reduction="none") * (1 - pt) ** 2).mean()
    def poly1_focal(x, t, y):
        p = torch.sigmoid(x)
        pt = p * y + (1 - p) * (1 - y)
        return (binary(x, y, reduction="none") * (1 - pt) ** 2 * (.25 * y + .75 * (1 - y)) + (1 - pt) ** 3).mean()
    def distribution_balanced(x, t, y):
        n = torch.ones(x.shape[1])
        rho = (1 / n) / (y / n).sum(1, keepdim=True).clamp(min=1e-30)
        w = torch.sigmoid(10 * (rho - .2)) + .1
        z = x - .05 * torch.log(2 / n - 1)
        z = torch.where(y > 0, z, 2 * z)
        w = torch.where(y > 0, w, w / 2)
        b = binary(z, y, reduction="none")
        return (w * .5 * (1 - torch.exp(-b)) ** 2 * b).mean()
    def ldam_multi(x, t, y):
        margin = torch.full((x.shape[1],), .5)
        return binary(30 * (x - y * margin), y)
    def class_balanced(x, t, y): return (binary(x, y, reduction="none") * torch.ones(x.shape[1])).mean()
    def class_balanced_focal(x, t, y):  # labels exclude each other, one against the rest each
        target = one_hot(x, t)
        weight, b = (target * torch.ones(x.shape[1])).sum(1, keepdim=True), binary(x, target, reduction="none")
        return (weight * (1 - torch.exp(-b)) ** 2 * b).sum(1).mean()
    def partial_selective(x, t, y):  # no unknown labels
        p = torch.sigmoid(x)
        pt = (p * y + (1 - p) * (1 - y)).detach()
        return -((y * p.clamp(min=1e-8).log() + (1 - y) * (1 - p).clamp(min=1e-8).log()) * (1 - pt) ** (1 - y)).mean()

    def cross_entropy(x, t, y): return F.cross_entropy(x, t)
    def softmax_focal(x, t, y):
        b = F.cross_entropy(x, t, reduction="none")
        return ((1 - torch.exp(-b)) ** 2 * b).mean()
    def poly1_ce(x, t, y):
        pt = (one_hot(x, t) * F.softmax(x, -1)).sum(-1)
        return (F.cross_entropy(x, t, reduction="none") + 1 - pt).mean()
    def single(x, t, weight_of, s=.1):
        log_p, target = F.log_softmax(x, -1), one_hot(x, t)
        w = torch.pow(weight_of(log_p, log_p.exp(), target), 4 * (1 - target))
        return -((target * (1 - s) + s / x.shape[1]) * log_p * w).sum(-1).mean()
    def asl_single(x, t, y): return single(x, t, lambda lp, p, h: 1 - p * h - (1 - p) * (1 - h))
    def ral_single(x, t, y, s=.1):
        def weight(lp, p, h):
            c, q = p.clamp(min=s), 1 - p
            pos = p * (c.log() + (1 - c) - 1.25 * (1 - c) ** 2) * lp
            neg = -(1 - pos) * q.clamp(min=s).log() * (1.5 - q) * q ** 2
            return 1 - pos - neg
        return single(x, t, weight)
    def ldam(x, t, y): return F.cross_entropy(30 * torch.where(one_hot(x, t) > 0, x - torch.full((x.shape[1],), .5)[t][:, None], x), t)
    def balanced_softmax(x, t, y): return F.cross_entropy(x + torch.log(torch.ones(x.shape[1])), t)
    def logit_adjusted(x, t, y): return balanced_softmax(x, t, y)
    def seesaw(x, t, y):
        n = torch.bincount(t, minlength=x.shape[1]).float().clamp(min=1)
        ratio = n[None, :] / n[:, None]
        m = (ratio.pow(.8) * (ratio < 1) + (ratio >= 1).float())[t, :]
        p = F.softmax(x.detach(), 1)
        k = p / p[torch.arange(len(t)), t][:, None].clamp(min=.01)
        k = k.pow(2) * (k > 1) + (k <= 1).float()
        return F.cross_entropy(x + (m * k).log() * (1 - one_hot(x, t)), t)
    def zlpr(x, t, y):
        zero, far = torch.zeros_like(x[:, :1]), torch.tensor(-1e12)
        negatives, positives = torch.where(y > 0, far, x), torch.where(y > 0, -x, far)
        return (torch.logsumexp(torch.cat([negatives, zero], 1), 1) + torch.logsumexp(torch.cat([positives, zero], 1), 1)).mean()
    def two_way(x, t, y):
        far, total = -1e12, 0
        positive, negative = torch.where(y > 0, 0., far), torch.where(y > 0, far, 0.)
        for axis in (1, 0):
            some = (y > 0).any(axis)
            p = torch.logsumexp(-x / 4 + positive, axis).mul(4)[some]
            total = total + F.softplus(p + torch.logsumexp(x + negative, axis)[some]).mean()
        return total
    return {k: v for k, v in locals().items() if k in POINTWISE + COUPLED}


def hashed(n, c):
    import numpy as np
    import torch
    def mix(i):
        i = (i * np.uint32(2654435761)).astype(np.uint32)
        i ^= i >> np.uint32(15)
        i = (i * np.uint32(2246822519)).astype(np.uint32)
        return i ^ (i >> np.uint32(13))
    h, more = mix(np.arange(n * c, dtype=np.uint32)), np.uint32(n * c)
    total = (h & 255).astype(np.int64) + ((h >> 8) & 255) + ((h >> 16) & 255) + (h >> 24)
    x = torch.tensor(((total - 510).astype(np.float32) / np.float32(148)).reshape(n, c))
    t = torch.tensor(mix(np.arange(n, dtype=np.uint32) + more).astype(np.int64) % c)
    y = torch.tensor((mix(np.arange(n * c, dtype=np.uint32) + more) % 10 == 0).astype(np.float32).reshape(n, c))
    return x, t, y


def eager(name, n, c, threads, seconds):
    import torch
    torch.set_num_threads(threads)
    f, (x, t, y) = compositions()[name], hashed(n, c)
    x.requires_grad_()
    times, end = [], time.time() + seconds
    while len(times) < 8 or time.time() < end:
        start = time.perf_counter()
        x.grad = None
        loss = f(x, t, y)
        loss.backward()
        value = loss.item()
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"median_ms": statistics.median(times[3:]), "value": value, "grad_abs_sum": x.grad.double().abs().sum().item()}))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--skew", default="build/skew")
    ap.add_argument("--loss", nargs="+", default=POINTWISE + COUPLED)
    ap.add_argument("--shape", nargs="+", default=["64,14", "1024,80", "4096,1000"])
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--seconds", type=float, default=2)
    ap.add_argument("--eager", nargs=3, metavar=("LOSS", "N", "C"), help=argparse.SUPPRESS)
    a = ap.parse_args()
    if a.eager: return eager(a.eager[0], int(a.eager[1]), int(a.eager[2]), a.threads, a.seconds)
    print("| loss | shape | skew ms | eager ms | eager / skew | results |\n|---|---|---:|---:|---:|---|", flush=True)
    for shape in a.shape:
        for name in a.loss:
            n, c = shape.split(",")
            mine = [a.skew, "bench", "--loss", name, "--shape", shape, "--threads", str(a.threads), "--seconds", str(a.seconds),
                    "--json"]
            peer = [sys.executable, __file__, "--eager", name, n, c, "--threads", str(a.threads), "--seconds", str(a.seconds)]
            runs = [[json.loads(subprocess.run(c, capture_output=True, text=True, check=True).stdout.splitlines()[-1]) for c in (mine, peer)]
                    for _ in range(a.rounds)]
            ours, theirs = (statistics.median(r[i]["median_ms"] for r in runs) for i in (0, 1))
            ratios = sorted(r[1]["median_ms"] / r[0]["median_ms"] for r in runs)
            same = all(abs(runs[0][0][k] - runs[0][1][k]) <= 1e-4 * abs(runs[0][1][k]) for k in ("value", "grad_abs_sum"))
            differ = "" if same else " " + "; ".join(f"{r['value']:.6g} {r['grad_abs_sum']:.6g}" for r in runs[0])
            print(f"| {name} | {shape} | {ours:.4g} | {theirs:.4g} | {theirs / ours:.1f} ({ratios[0]:.1f}–{ratios[-1]:.1f}) | "
                  f"{'equal' if same else 'DIFFER' + differ} |", flush=True)


if __name__ == "__main__":
    main()
