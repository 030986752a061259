"""Export and import of networks: ``.keras`` files, and programs in Keras or only NumPy."""
