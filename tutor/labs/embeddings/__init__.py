"""Embeddings: a vector for each letter, learned by a small language model from names."""

from tutor.labs.embeddings.lab import EmbeddingsLab

__all__ = ["EmbeddingsLab"]
