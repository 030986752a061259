"""Check that a translated lesson is the same lesson: same steps, probes, keys and placeholders, no text missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from tutor.course.lessons.lesson import Goal, Lesson, LessonError, Misconception, Question, Step
from tutor.course.lessons.loader import load_lesson
from tutor.course.lessons.sections import sections
from tutor.course.lessons.text_file import read_text_file
from tutor.course.lessons.text_numbers import placeholders_in
from tutor.course.lessons.toml_lines import KeyPath
from tutor.course.lessons.toml_text import parse_toml
from tutor.course.lessons.translated.files import HEAD, STEP, Form, Translation

_FILLED = re.compile(r"\{[^{}]*\}")


def translation_faults(lesson: Lesson, language: str) -> list[str]:
    """The faults of the lesson's files in ``language`` beside the English ``lesson``, as ``file:line: reason``."""
    try:
        own = Translation(lesson.folder, language)
        translated = load_lesson(lesson.folder, language)
        return [*_text_faults(lesson, own), *_section_faults(lesson, own), *_differences(lesson, translated, own)]
    except LessonError as error:
        return [str(error)]


def _bare_step(step: Step) -> Step:
    """The step with every translatable text empty: what a translation must leave as it is."""
    questions, goals = tuple(map(_bare_question, step.questions)), tuple(map(_bare_goal, step.goals))
    return replace(step, title="", text="", questions=questions, goals=goals)


def _bare_question(question: Question) -> Question:
    return replace(
        question, ask="", explain="", hints=("",) * len(question.hints), choices=dict.fromkeys(question.choices, ""),
        misconceptions=tuple(Misconception(known.gives, "") for known in question.misconceptions),
        variants=tuple(map(_bare_question, question.variants)),
    )  # fmt: skip


def _bare_goal(goal: Goal) -> Goal:
    return replace(goal, say="", hint="")


def _differences(lesson: Lesson, translated: Lesson, own: Translation) -> Iterator[str]:
    for original, other in zip(lesson.steps, translated.steps, strict=True):
        bare, other_bare = _bare_step(original), _bare_step(other)
        for name in (f.name for f in fields(Step) if getattr(bare, f.name) != getattr(other_bare, f.name)):
            yield f"{own.toml}:1: {name} of step {original.id!r} is not that of lesson.toml"


def _section_faults(lesson: Lesson, own: Translation) -> Iterator[str]:
    found = own.sections()
    if not found:
        yield f"{own.markdown}:1: there is no text of the steps in {own.language!r}; they stand in English"
        return
    originals = sections(read_text_file(lesson.folder / "lesson.md", lesson.folder.parent))
    for original, translated in zip(originals, found, strict=True):
        at = f"{own.markdown}:{translated.line}:"
        if not translated.text:
            yield f"{at} this section has no text; it stands in English"
        elif different := _placeholder_fault(placeholders_in(original.text), placeholders_in(translated.text)):
            yield f"{at} {different}"


def _text_faults(lesson: Lesson, own: Translation) -> Iterator[str]:
    plain = parse_toml(read_text_file(lesson.folder / "lesson.toml", lesson.folder.parent))
    if not own.toml.is_file():
        yield f"{own.toml}:1: there are no texts of the questions in {own.language!r}; they stand in English"
        return
    pairs = list(_texts(plain, own.plain, HEAD, ()))
    for position, step in enumerate(plain["step"]):
        path = own.path_of(("step", position), plain)
        pairs += _texts(step, own.plain["step"][path[1]] if path else {}, STEP, path)
    for path, key, original, translated in pairs:
        at = f"{own.toml}:{own.lines.find(path, key)}:"
        if translated is None:
            yield f"{at} a text is not translated; it stands in English: {original}"
        elif different := _placeholder_fault(_FILLED.findall(original), _FILLED.findall(translated)):
            yield f"{at} {different}"


def _texts(
    plain: Mapping[str, Any], own: Mapping[str, Any], form: Form, path: KeyPath
) -> Iterator[tuple[KeyPath, str, str, str | None]]:
    """Every text of the original, with its place and what stands there in the translation."""
    for key in form.texts:
        if key in plain:
            yield path, key, plain[key], own.get(key)
    for key in form.lists:
        texts = own.get(key, ())
        for place, text in enumerate(plain.get(key, ())):
            yield (*path, key, place), "", text, texts[place] if place < len(texts) else None
    for key in form.tables:
        for name, text in plain.get(key, {}).items():
            yield (*path, key), name, text, own.get(key, {}).get(name)
    for key, part in form.parts.items():
        others = own.get(key, ())
        for place, one in enumerate(plain.get(key, ())):
            yield from _texts(one, others[place] if place < len(others) else {}, part, (*path, key, place))


def _placeholder_fault(original: Any, translated: Any) -> str:
    """The sentence about placeholders that are not the same set; empty if they are."""
    missing, added = sorted({*original} - {*translated}), sorted({*translated} - {*original})
    said = [f"{text} {', '.join(_braced(names))}" for text, names in (("lacks", missing), ("adds", added)) if names]
    return f"the text {' and '.join(said)}: its placeholders are those of the English text" if said else ""


def _braced(names: list[str]) -> list[str]:
    return [name if name.startswith("{") else f"{{{name}}}" for name in names]
