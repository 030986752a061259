"""Overfitting: two noisy moons, a network that may be too small or too large for them, held-out rows."""

from tutor.labs.overfitting.lab import OverfittingLab

__all__ = ["OverfittingLab"]
