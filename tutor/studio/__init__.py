"""Experiments: any network on any data, every run a function of its settings, its seed and its edits.

``experiment`` says what a run is, ``building`` makes the rows and the settings of it, ``replaying`` gets to any of its
steps, ``timeline`` keeps the way there short, and ``token`` writes the whole as a line of text. ``seeds`` runs it again
from other seeds, and ``seed_statistics`` says what they have in common.
"""
