"""The complete map of the shapes network: every drawing classified, the fewest flips, where two seeds agree."""

from tutor.labs.complete_map.lab import CompleteMapLab

__all__ = ["CompleteMapLab"]
