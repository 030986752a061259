"""The language of texts: which one is chosen, and the catalogue of the interface's sentences in it.

The bottom of the import order: every room may name a sentence with ``_``.
"""
