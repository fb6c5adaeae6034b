// What speaks against reading the folders of a folder as classes. Read next: apps/data/class_folders.cpp.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "apps/data/folder_listing.h"

namespace skew {

// Why folders with these images look like those of studies or patients: "look like ids", "50 of 50 hold a single
// image"; "" where they do not.
std::string why_ids(const std::map<std::string, std::vector<std::string>>& images_of);
// Numbers from 0 without a gap, as GTSRB's 00000 … 00042: likelier classes.
bool count_from_zero(const std::vector<std::string>& names);

// The folder whose own folders are called as all that lie beside it (cell_images beside Parasitized and Uninfected,
// with folders of these names in it); "" without.
std::string repeating_folder(const std::vector<std::string>& paths, const std::string& base);

// Those images of `inner` that `base` has, too: the same relative name, size and, of up to 100 of them, bytes.
std::vector<std::string> copies_in(const std::filesystem::path& root, const std::vector<std::string>& images,
                                   const std::string& base, const std::string& inner);

// What is to follow "give the table that names the images": for the tables anywhere below the root, ": --data
// D/csv/a.csv
// --images D" for those that do, what to do with one that names the folders, the names of others, and of files of JSON.
std::string table_advice(const FolderListing& listing);
// Of a table that names folders below the root, not images: in which column, and the command that writes a table with
// a row an image; "" for others.
std::string folders_named(const FolderListing& listing, const std::string& table);

// Masks that lie beside the images that they are of, and are no images of a class.
std::vector<std::string> masks_in(const FolderListing& listing);

// For images of `folder` that are called cat.0.jpg, dog.0.jpg: that, and a command that writes the table; "" for
// others.
std::string names_advice(const FolderListing& listing, const std::string& folder);

// Throws FileError where a table below the root names two images a row, as the folders are then no classes: with the
// columns, and the options for either and for the folders.
void refuse_two_images_a_row(const FolderListing& listing);

}  // namespace skew
