"""Cross-entropy and squared error: what a prediction costs, and what comes back."""

from tutor.labs.cross_entropy.lab import CrossEntropyLab

__all__ = ["CrossEntropyLab"]
