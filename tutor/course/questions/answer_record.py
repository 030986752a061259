"""The record of a settled question: the question, the answer, the reply, and the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tutor.course.record.calibration import IN_WORDS, Confidence, confidence_in
from tutor.language.catalogue import _


@dataclass(frozen=True)
class AnswerRecord:
    """Everything needed to show a settled question again, also on a later visit.

    ``shown`` is the learner's answer in words, empty if the question was skipped. ``asked`` is the question with its
    numbers, ``said`` the reply to the answer. ``numbers`` are the values at that time of the controls that the step
    sets and draws.
    """

    shown: str
    asked: str
    said: str
    numbers: Mapping[str, Any]
    attempts: int = 0
    hints: int = 0
    confidence: Confidence | None = None
    """How sure the learner was, if they said so and it was their first answer."""

    @property
    def shown_with_confidence(self) -> str:
        """The answer in words, and in brackets how sure the learner was of it."""
        return self.shown if self.confidence is None else f"{self.shown} ({_(IN_WORDS[self.confidence])})"

    @property
    def skipped(self) -> bool:
        """Whether the question was skipped."""
        return not self.shown


def answer_record(kind: str, details: Mapping[str, Any]) -> AnswerRecord | None:
    """The answer record in an event of the log.

    None for other events, and for events of older versions, which stored neither the numbers nor the reply.
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
    attempts, hints = (n if isinstance(n, int) else 0 for n in (attempts, hints))
    return AnswerRecord(shown, asked, said, numbers, attempts, hints, confidence_in(details))
