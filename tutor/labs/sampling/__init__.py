"""The lab of sampling: from logits to the token that is written, and what probabilities say and do not say."""

from tutor.labs.sampling.lab import SamplingLab

__all__ = ["SamplingLab"]
