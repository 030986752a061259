"""Data: the rows that networks train on, their file formats, and what a bad file gets told.

Files and NumPy; no screen. ``errors`` is how a file is refused; ``shapes_file`` reads and writes the 5×5
drawings, ``shapes`` are the ones that ship, ``drawings`` makes new ones out of old.
"""
