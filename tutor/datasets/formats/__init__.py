"""The file formats of data sets, and the errors for bad files."""
