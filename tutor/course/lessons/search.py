"""Search lessons, their steps and the glossary for words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tutor.course.lessons.glossary import Entry
from tutor.course.lessons.lesson import LessonSummary
from tutor.course.lessons.step_texts import StepText, read_step_texts, step_position

Kind = Literal["term", "lesson", "step"]
EXCERPT = 140
"""The length of the excerpt shown for a find, in characters."""

_WORD = re.compile(r"\w+")
_EMPHASIS, _SPACE = re.compile(r"[*`]+"), re.compile(r"[\s#|]+")
# The score of a query word that is a whole word of the title, begins one, is a whole word of the text, begins one.
_TITLE_WORD, _TITLE_START, _TEXT_WORD, _TEXT_START = 12, 8, 3, 2
_KINDS: tuple[Kind, ...] = ("term", "lesson", "step")


@dataclass(frozen=True)
class Find:
    """A search result and its target: a lesson, at ``position`` (from 0) or where the learner was.

    ``lesson`` is an id; empty if the lesson of a glossary term is not available.
    """

    kind: Kind
    title: str
    excerpt: str
    lesson: str
    position: int | None = None


@dataclass(frozen=True)
class Page:
    """A searchable page: its title, and its text without Markdown's marks."""

    kind: Kind
    title: str
    text: str
    lesson: str
    position: int | None
    title_words: frozenset[str]
    text_words: frozenset[str]


def pages(summaries: Sequence[LessonSummary], glossary: Sequence[Entry]) -> tuple[Page, ...]:
    """All searchable pages, read from the lessons' folders."""
    return tuple(_pages(summaries, glossary))


def search(among: Sequence[Page], query: str) -> tuple[Find, ...]:
    """The pages where every word of the query is, or begins, a word; best matches first."""
    words = _WORD.findall(query.casefold())
    if not words:
        return ()
    found = []
    for order, page in enumerate(among):
        scores = [_score(word, page) for word in words]
        if all(scores):
            found.append((-sum(scores), _KINDS.index(page.kind), order, page))
    found.sort(key=lambda each: each[:3])
    return tuple(
        Find(page.kind, page.title, _excerpt(page.text, words), page.lesson, page.position) for *_, page in found
    )


def _pages(summaries: Sequence[LessonSummary], glossary: Sequence[Entry]) -> Iterator[Page]:
    steps: dict[str, tuple[StepText, ...]] = {}
    for summary in summaries:
        steps[summary.id] = read_step_texts(summary.folder)
        yield _page("lesson", summary.title, summary.summary, summary.id, None)
        for position, step in enumerate(steps[summary.id]):
            yield _page("step", step.title, step.text, summary.id, position)
    for entry in glossary:
        at = step_position(steps.get(entry.lesson, ()), entry.step or "")
        yield _page("term", entry.term, entry.text, entry.lesson if entry.lesson in steps else "", at)


def _page(kind: Kind, title: str, text: str, lesson: str, position: int | None) -> Page:
    plain = _SPACE.sub(" ", _EMPHASIS.sub("", text)).strip()
    in_title, in_text = (frozenset(_WORD.findall(part.casefold())) for part in (title, plain))
    return Page(kind, title, plain, lesson, position, in_title, in_text)


def _score(word: str, page: Page) -> int:
    if word in page.title_words:
        return _TITLE_WORD
    if any(each.startswith(word) for each in page.title_words):
        return _TITLE_START
    if word in page.text_words:
        return _TEXT_WORD
    return _TEXT_START if any(each.startswith(word) for each in page.text_words) else 0


def _excerpt(text: str, words: list[str]) -> str:
    """An excerpt from the beginning of the sentence with the first of the words that the text contains."""
    starts = [match.start() for word in words if (match := re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE))]
    at = min(starts, default=0)
    begin = max(text.rfind(mark, 0, at) + 2 for mark in (". ", "? ", ": ")) if at else 0
    begin = begin if begin > 1 else 0
    if at - begin > EXCERPT // 2:
        begin = text.rfind(" ", 0, at - EXCERPT // 3) + 1
    shown = text[begin : begin + EXCERPT]
    cut = len(text) > begin + EXCERPT
    return f"{'… ' if begin else ''}{shown.rsplit(' ', 1)[0] if cut else shown}{' …' if cut else ''}"
