"""The interface through which a lesson records its events."""

from __future__ import annotations

from typing import Protocol

from tutor.labs.kit.contract import LabState


class Journal(Protocol):
    """Records the events of a session as they happen."""

    def record(self, lesson: str, kind: str, **details: object) -> None:
        """Record an event of this lesson."""

    def save_lab(self, lesson: str, state: LabState) -> None:
        """Save the lab's state for the next visit."""
