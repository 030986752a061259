"""Derivations of the numbers of a recorded pass: a file for each kind of operation."""
