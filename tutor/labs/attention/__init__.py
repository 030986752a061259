"""Attention by hand: queries, keys and values of four words, their weights, and the way back to every number."""

from tutor.labs.attention.lab import AttentionLab

__all__ = ["AttentionLab"]
