"""Where the picture on the canvas comes from: drawn by the learner, or a test picture, as it was or changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

EMPTY = "an empty canvas"
OWN = "your own drawing"


@dataclass(frozen=True)
class TakenPicture:
    """A test picture that was put on the canvas: its number from 0, what it is called, and whether it was changed."""

    number: int
    name: str
    changed: bool = False

    def said(self) -> str:
        """What it is, in words."""
        return f"{self.name} (test picture {self.number}{', changed' if self.changed else ''})"

    def kept(self) -> list[Any]:
        """Plain values for a kept lab."""
        return [self.number, self.name, self.changed]


def taken_from(kept: object) -> TakenPicture | None:
    """The picture that ``kept`` gave; None for anything else."""
    match kept:
        case [int(number), str(name), bool(changed)]:
            return TakenPicture(number, name, changed)
    return None
