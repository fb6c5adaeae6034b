// The kinds of sources of images, each what it may look like: options in, Contents out (contents.h). Which of them a
// word means is told by open_data.cpp. All throw FileError for files that are unreadable or not of the kind.
#pragma once
#include <filesystem>
#include <string>

#include "apps/data/contents.h"

namespace skew {

// A table of images, read by the roles of its columns (table_roles.h). Names of columns in any case, blanks and signs
// apart; --path-col and so on name others. FileError names file:line and column (a missing or repeated image, an
// unknown split or label value); UsageError a column in `options` that the table does not have.
//   path, image, file, image_id, …        the image: image_finder.h; below the table's folder or options.images
//   split, subset, …                      train, val or test, in any case and the usual spellings; or joined from a
//                                         table or a list beside it, or by folders in the paths: beside_tables.h
//   patient_id, subject, lesion_id, …     or joined by path from a table beside it, or folders patient1
//   labels, Finding Labels, dx, class, …  names of classes: label_names.h; other columns are then left alone.
//                                         Without it each other column that holds labels is a class: class_columns.h
// Single label where every image has exactly one label, else multi-label; options.task says otherwise.
Contents read_labels_csv(const std::filesystem::path& table, const DataOptions& options);

// Folders: D/<class>/…, or D/{train,val,test}/<class>/… or D/<class>/{train,val,test}/… with the splits given, images
// at any depth below. Single label. Classes are the folders with images, whole numbers in their order, names in byte
// order. Patients and splits from tables and lists in D too. What is left out is said in the notes (folder_listing.h).
// FileError for a folder without images or with one class, for folders that look like storage, and for an entry that
// leads out of it; UsageError for options that only a table has a use for.
Contents read_class_folders(const std::filesystem::path& folder, const DataOptions& options);

// A MedMNIST .npz as it is: {train,val,test}_images (N,H,W) or (N,H,W,3) of bytes and {train,val,test}_labels (N,1),
// one class index an image, or (N,L), L labels of 0 or 1. Classes are called "0", "1", … unless DataOptions::classes
// names them. Splits may be missing. FileError for a missing key (naming the keys there are), another dtype or shape, a
// label out of range; UsageError for options that only a table or a folder has a use for.
Contents read_medmnist(const std::filesystem::path& file, const DataOptions& options);

// synth:shapes14, a multi-label, long-tailed set that needs no files: 28×28 grey images, 14 labels, one for each shape
// of shape_drawing.h, 2800/400/800 images in train/val/test. Made, never stored: image i is a function of the seed and
// i.
//   positives      label k = 1 … 14 has round(n · .32 / k^1.46) in a split of n images: 896 discs to 19 hooks in train;
//                  more than a third of the images show no shape
//   co-occurrence  an image belongs to one of three scenes (50, 30, 20 %); 80 % of the positives of label k lie in
//                  scene k mod 3, so labels of one scene meet more often than chance
//   difficulty     shapes turn, move, vary in size and contrast, are bright (7 of 8) or dark, over a background with
//                  blobs, scratches and noise: a linear model on pixels finds little, a small conv net finds them
// Grammar: synth:shapes14[:TRAIN/VAL/TEST][:seed=S]. The seed here is the data's own (0), whatever the run's seed.
// Throws ValueError for an unknown name or malformed sizes.
Contents synth_shapes(const std::string& src, const DataOptions& options);

// fashion-mosaic: multi-label, long-tailed 2×2 mosaics of Debian's dataset-fashion-mnist (Xiao et al., 2017, MIT).
// 56×56 grey; 10 labels; 4000/500/1000 images in train/val/test. Train and val use Fashion-MNIST's training images
// 0 … 53,999 and 54,000 … 59,999, test its test images: no garment is in two splits.
//   a mosaic   1 to 4 of its 4 cells (each number alike) hold a garment, the others are black
//   a garment  its class c = 0 … 9 is drawn with probability ∝ 100^(−c/9): 100 t-shirts to 1 ankle boot
//   a label    is positive if any cell shows it
// Fixed by its own seed (0), whatever the run's seed. FileError names the Debian package if the files are missing.
Contents fashion_mosaic(const DataOptions& options,
                        const std::filesystem::path& folder = "/usr/share/datasets/fashion-mnist");

}  // namespace skew
