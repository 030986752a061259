"""A CNN and an MLP on the five shapes: trained side by side, and tested on drawings moved by one pixel."""

from tutor.labs.shapes_cnn.lab import ShapesCnnLab

__all__ = ["ShapesCnnLab"]
