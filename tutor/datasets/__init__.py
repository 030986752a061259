"""Data: the rows that networks train on, their file formats, and the errors for bad files.

Files, pictures and NumPy; no screen. ``errors`` has the error for a bad file. For the shapes, ``shapes_file`` reads and
writes the 5×5 drawings, ``shapes`` has the shipped ones, ``drawings`` makes new drawings from old ones. For pictures,
``images`` has their types. ``digits`` finds MNIST or its substitute (``mnist_download`` downloads it on request);
``digit_files`` reads it in any format, with ``npz_pictures`` (based on ``npz_file``), ``idx_file`` and ``csv_file``;
``labelled_arrays`` converts them to one form, and ``picture_sets`` has sets other than MNIST. ``letters`` reads a
folder of ``image_files``. ``preparation`` makes a picture similar to training pictures: ``paper`` and ``ink`` tell
paper from ink, with ``regions`` and ``lighting``. ``glyphs``, ``strokes`` and ``handwriting`` draw the shipped ones.
``plane`` and ``plane_sets`` draw points for two inputs, ``tables`` reads a table of one's own, and ``texts``
has names, a story and sums, or a text of one's own, as rows of tokens.
"""
