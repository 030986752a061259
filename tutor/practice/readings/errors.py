"""What a reading raises."""

from __future__ import annotations


class CannotRead(ValueError):
    """The value is not of the kind that is to be compared; the message is a sentence for the learner."""
