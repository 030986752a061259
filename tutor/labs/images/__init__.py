"""The common parts of the labs of digits and letters."""
