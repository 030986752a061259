"""Activations: value and slope at a point; gradients through a deep stack; stacked linear layers that are one."""

from tutor.labs.activations.lab import ACTIVATIONS, ActivationsLab

__all__ = ["ACTIVATIONS", "ActivationsLab"]
