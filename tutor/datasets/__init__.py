"""Data: the rows that networks train on, their file formats, and what a bad file gets told.

Files, pictures and NumPy; no screen. ``errors`` is how a file is refused. Of the shapes, ``shapes_file`` reads and
writes the 5×5 drawings, ``shapes`` are the ones that ship, ``drawings`` makes new ones out of old. Of pictures,
``images`` is what they are given as; ``digits`` finds MNIST or what stands in for it (``npz_file`` reads it,
``mnist_download`` gets it when asked); ``letters`` reads a folder of ``image_files``. ``glyphs``, ``strokes`` and
``handwriting`` draw the digits and letters that ship.
"""
