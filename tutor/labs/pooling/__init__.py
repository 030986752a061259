"""Pooling: a window gives its largest number or its mean; flatten; and other ways to reduce a picture."""

from tutor.labs.pooling.lab import KINDS, PoolingLab

__all__ = ["KINDS", "PoolingLab"]
