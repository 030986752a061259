"""Networks out to other programs and in from them: ``.keras`` files, programs in Keras and in NumPy alone."""
