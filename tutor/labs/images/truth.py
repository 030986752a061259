"""The origin of the picture on the canvas: drawn by the learner, or a test picture, unchanged or changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

EMPTY = "an empty canvas"
OWN = "your own drawing"


@dataclass(frozen=True)
class TakenPicture:
    """A test picture on the canvas: its number from 0, its class name, and whether it was changed."""

    number: int
    name: str
    changed: bool = False

    def said(self) -> str:
        """Its description."""
        return f"{self.name} (test picture {self.number}{', changed' if self.changed else ''})"

    def kept(self) -> list[Any]:
        """Plain values for a saved lab."""
        return [self.number, self.name, self.changed]


def taken_from(kept: object) -> TakenPicture | None:
    """The picture saved by ``kept``; None for anything else."""
    match kept:
        case [int(number), str(name), bool(changed)]:
            return TakenPicture(number, name, changed)
    return None
