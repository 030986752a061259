"""Data: the rows that networks train on, their file formats, and what a bad file gets told.

Files, pictures and NumPy; no screen. ``errors`` is how a file is refused. Of the shapes, ``shapes_file`` reads and
writes the 5×5 drawings, ``shapes`` are the ones that ship, ``drawings`` makes new ones out of old. Of pictures,
``images`` is what they are given as. ``digits`` finds MNIST or what stands in for it (``mnist_download`` gets it when
asked); ``digit_files`` reads it in any of its forms, by ``npz_pictures`` (on ``npz_file``), ``idx_file`` and
``csv_file``; ``labelled_arrays`` brings them into one, and ``picture_sets`` has sets that are not MNIST. ``letters``
reads a folder of ``image_files``. ``preparation`` makes a picture as training pictures are: ``paper`` and ``ink`` tell
them apart, by ``regions`` and ``lighting``. ``glyphs``, ``strokes`` and ``handwriting`` draw what ships.
"""
