"""Read a step's questions: ``[[step.question]]``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tutor.course.lessons.lesson import Misconception, Probe, Question
from tutor.course.lessons.lesson_entry import Entry
from tutor.course.lessons.loader_probes import read_probe

_KEYS = {"ask", "answer", "tolerance", "explain", "hints", "choices", "right_among", "wrong"}


def read_question(entry: Entry) -> Question:
    """The question in the entry, with its variants; raises ``LessonError``."""
    entry.only({*_KEYS, "variant"})
    variants = []
    for number, variant in enumerate(entry.entries("variant"), start=1):
        variant.only(_KEYS)
        variants.append(replace(_read(variant), variant=number))
    return replace(_read(entry), variants=tuple(variants))


def _read(entry: Entry) -> Question:
    choices = entry.table("choices")
    for key, text in choices.items():
        if not isinstance(text, str) or not text.strip():
            raise entry.error("choices", f"the choice {key!r} is a text")
    if choices and len(choices) < 2:
        raise entry.error("choices", "a choice needs at least two answers")
    tolerance = 0.0 if choices else entry.number("tolerance")
    if not choices and tolerance <= 0:
        raise entry.error("tolerance", "a typed number needs a tolerance above 0")
    right_among = entry.texts("right_among")
    for key in right_among:
        if key not in choices:
            raise entry.error("right_among", f"{key!r} is not one of the choices {', '.join(choices)}")
    hints = entry.texts("hints")
    if not hints:
        raise entry.error("hints", "a question needs at least one hint")
    wrong = []
    for misconception in entry.entries("wrong"):
        misconception.only({"gives", "say"})
        gives = _gives(misconception, choices)
        wrong.append(Misconception(gives, misconception.text("say")))
    return Question(
        entry.text("ask"),
        read_probe(entry, "answer"),
        entry.text("explain"),
        hints,
        tuple(wrong),
        tolerance,
        choices,
        right_among,
    )


def _gives(entry: Entry, choices: Mapping[str, str]) -> Probe | str:
    if not choices:
        return read_probe(entry, "gives")
    key = entry.text("gives")
    if key not in choices:
        raise entry.error("gives", f"{key!r} is not one of the choices {', '.join(choices)}")
    return key
