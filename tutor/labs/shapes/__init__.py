"""The shapes lab: draw a 5×5 shape, train the network in place, ask it."""

from tutor.labs.shapes.lab import ShapesLab

__all__ = ["ShapesLab"]
