"""Gradient descent: a step on a curve, optimizers racing on a loss surface, a line fitted batch by batch."""

from tutor.labs.gradient_descent.lab import GradientDescentLab

__all__ = ["GradientDescentLab"]
