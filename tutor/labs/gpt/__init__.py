"""The lab of a small GPT: its block, its training on names, and what each of its parts is worth."""

from tutor.labs.gpt.lab import GptLab

__all__ = ["GptLab"]
