"""Handwritten digits by Keras's recipe, from loading to predicting."""

from tutor.labs.keras_program.lab import KerasProgramLab

__all__ = ["KerasProgramLab"]
