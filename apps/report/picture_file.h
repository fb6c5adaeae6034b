// A drawing as a file: SVG as it is, PNG and PDF by rsvg-convert (Debian's librsvg2-bin), which is looked for when it
// is needed: the build knows nothing of it. It sets text by the system's fonts, in any script. Read next: figure.h.
#pragma once
#include <string>

namespace skew::report {

// "svg", "png" or "pdf" if the path ends with one of them, else nothing.
std::string picture_ending(const std::string& path);
// Where a path may be a folder, too: whether it names one picture. Throws UsageError for the ending of another kind.
bool is_one_picture(const std::string& path);

// Before anything is drawn for `path`: PNG and PDF cannot follow their reader's system, so the theme becomes light
// unless one was chosen. Throws FileError, with what to install, where rsvg-convert is missing.
void prepare_picture(const std::string& path);

// The same for an option --out that takes nothing but a picture. Throws UsageError for another ending.
void prepare_out(const std::string& path);

// Writes a drawing, whole or not at all; PNG at twice its pixels. Throws ValueError for another ending, FileError.
void write_picture(const std::string& path, const std::string& svg);

}  // namespace skew::report
