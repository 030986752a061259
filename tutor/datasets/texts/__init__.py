"""Texts: names, the beginning of a book, sums, and a file of one's own; from characters to rows to train on.

``shipped`` has the texts that ship, ``own_file`` reads a stranger's. A text is a ``str``, a list of names or sums a
tuple of them. ``vocabulary`` numbers the characters, ``rows`` makes training rows of the numbers. ``byte_pairs`` merges
the commonest pairs of characters, as the tokenizers of large models do.
"""
