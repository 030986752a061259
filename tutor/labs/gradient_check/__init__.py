"""A gradient checked by numbers: two difference quotients, and five programs that claim it."""

from tutor.labs.gradient_check.lab import GradientCheckLab

__all__ = ["GradientCheckLab"]
