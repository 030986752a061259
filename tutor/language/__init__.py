"""The language of texts: which one is chosen. The bottom of the import order."""
