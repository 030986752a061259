"""One line of what the doctor reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the report. ``advice`` is empty where all is well; ``needed``: nothing works without it."""

    name: str
    found: str
    advice: str = ""
    needed: bool = False

    @property
    def broken(self) -> bool:
        """Whether something is wrong without which the tutor does not work."""
        return self.needed and bool(self.advice)
