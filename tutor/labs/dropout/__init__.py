"""Dropout: masks, scaling, training and evaluation, the average over all masks, many seeds."""

from tutor.labs.dropout.lab import DropoutLab

__all__ = ["DropoutLab"]
