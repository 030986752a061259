"""What a lesson writes what happens to."""

from __future__ import annotations

from typing import Protocol

from tutor.labs.kit.contract import LabState


class Journal(Protocol):
    """Where a session writes what happened, as it happens."""

    def record(self, lesson: str, kind: str, **details: object) -> None:
        """Note an event of this lesson."""

    def save_lab(self, lesson: str, state: LabState) -> None:
        """Keep the lab's state for the next visit."""
