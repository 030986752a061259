"""The network builder: layers of any size, their parameters, and the smallest case of learning."""

from tutor.labs.network_builder.lab import NetworkBuilderLab

__all__ = ["NetworkBuilderLab"]
