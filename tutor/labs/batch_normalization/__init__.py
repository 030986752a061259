"""Batch normalization: a batch of numbers stage by stage, moving averages, inference, and a deep stack of layers."""

from tutor.labs.batch_normalization.lab import BatchNormalizationLab

__all__ = ["BatchNormalizationLab"]
