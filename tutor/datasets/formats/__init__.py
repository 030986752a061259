"""The file formats of data sets, and what a bad file is told."""
