"""A question as it was settled: what was asked, answered and said, and with which numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SettledAnswer:
    """Enough to show a question again as it was left, in a later visit too.

    ``shown`` is the learner's answer in words, empty where the question was skipped. ``asked`` is the question with
    its numbers, ``said`` what was said to the answer. ``numbers`` are the values of the controls that the step sets
    and draws, as they were then.
    """

    shown: str
    asked: str
    said: str
    numbers: Mapping[str, Any]
    attempts: int = 0
    hints: int = 0

    @property
    def skipped(self) -> bool:
        """Whether it was passed over."""
        return not self.shown


def settled_answer(kind: str, details: Mapping[str, Any]) -> SettledAnswer | None:
    """The settled answer in an event of the log.

    None for other events, and for those of older versions, which kept neither the numbers nor what was said.
    """
    match kind, details:
        case "answer", {"correct": True, "shown": str(shown), "asked": str(asked), "said": str(said)}:
            pass
        case "skip", {"asked": str(asked), "said": str(said)}:
            shown = ""
        case _:
            return None
    numbers = details.get("numbers")
    if not isinstance(numbers, dict):
        return None
    attempts, hints = details.get("attempt", 0), details.get("hints", 0)
    return SettledAnswer(shown, asked, said, numbers, *(n if isinstance(n, int) else 0 for n in (attempts, hints)))
