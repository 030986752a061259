"""One line of the doctor's report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the report. ``advice`` is empty if all is well; ``needed``: nothing works without it."""

    name: str
    found: str
    advice: str = ""
    needed: bool = False

    @property
    def broken(self) -> bool:
        """Whether something is wrong that the tutor needs to work."""
        return self.needed and bool(self.advice)
