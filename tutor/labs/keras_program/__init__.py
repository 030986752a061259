"""Handwritten digits with a Keras program, from loading to predicting."""

from tutor.labs.keras_program.lab import KerasProgramLab

__all__ = ["KerasProgramLab"]
