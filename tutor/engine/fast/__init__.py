"""A faster training step, with the same numbers as the plain form."""
