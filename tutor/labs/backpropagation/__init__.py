"""Backpropagation: every number of a small network forward, backward and in the update, one operation at a time."""

from tutor.labs.backpropagation.lab import LARGEST_WEIGHT, BackpropagationLab

__all__ = ["LARGEST_WEIGHT", "BackpropagationLab"]
