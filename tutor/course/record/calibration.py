"""How sure a learner was of their answers, and how often they were right: from the events alone.

Only the first answer to a question in a visit counts: a later one follows a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from tutor.course.record.event_log import Event
from tutor.language.catalogue import N_, _, ngettext

Confidence = Literal["sure", "fairly", "guess"]
LEVELS: tuple[Confidence, ...] = get_args(Confidence)
"""What a learner may say of an answer before its verdict, and the detail ``confidence`` of its event."""

IN_WORDS: Mapping[str, str] = {"sure": N_("sure"), "fairly": N_("fairly sure"), "guess": N_("a guess")}
_OF_THEM: Mapping[Confidence, str] = {
    "sure": N_("that you were sure of"),
    "fairly": N_("that you were fairly sure of"),
    "guess": N_("that you guessed"),
}
_ANSWERS = ("answer", "warm-up answer")


@dataclass(frozen=True)
class Judged:
    """How many answers were given with one confidence, and how many of them were ``right``."""

    answers: int = 0
    right: int = 0


Calibration = Mapping[Confidence, Judged]
"""For each level that was ever used, how its answers were judged."""


def confidence_in(details: Mapping[str, Any]) -> Confidence | None:
    """The confidence in an event's details; None if it has none, or an unknown one."""
    said = details.get("confidence")
    return next((level for level in LEVELS if level == said), None)


def calibration_after(calibration: Calibration, event: Event) -> Calibration:
    """The calibration after one more event; unchanged by all but first answers with a confidence."""
    level = confidence_in(event.details)
    if level is None or event.kind not in _ANSWERS or event.details.get("attempt") != 1:
        return calibration
    before = calibration.get(level, Judged())
    right = event.details.get("correct") is True
    return {**calibration, level: Judged(before.answers + 1, before.right + right)}


def together(calibrations: Iterable[Calibration]) -> Calibration:
    """The sum over several lessons."""
    found: dict[Confidence, Judged] = {}
    for calibration in calibrations:
        for level, judged in calibration.items():
            before = found.get(level, Judged())
            found[level] = Judged(before.answers + judged.answers, before.right + judged.right)
    return found


def calibration_sentences(calibration: Calibration) -> tuple[str, ...]:
    """A sentence for each level that was used, the surest first."""
    return tuple(_sentence(level, calibration[level]) for level in LEVELS if level in calibration)


def _sentence(level: Confidence, judged: Judged) -> str:
    if judged.answers == 1:
        sentence = (
            _("The one answer {of_them} was right.") if judged.right else _("The one answer {of_them} was wrong.")
        )
        return sentence.format(of_them=_(_OF_THEM[level]))
    return ngettext(
        "Of {answers} answers {of_them}, {right} was right.",
        "Of {answers} answers {of_them}, {right} were right.",
        judged.right,
    ).format(answers=judged.answers, of_them=_(_OF_THEM[level]), right=judged.right or _("none"))
