"""Ninety days of warm-ups, simulated: what three questions a day are worth, chosen by lesson or each by its memory.

The learner goes through the course at one lesson in three days and has as many questions a day as the row says. What
they recall is decided by another model of memory than the one that chooses, of which there are two:

- activation: each asking leaves a trace that decays as a power of time, sooner if it was asked while still fresh
  (Pavlik and Anderson 2005, with their decay of 0.177 and 0.217, noise of 0.255); an asking counts as a practice.
- half-life: recall halves after a number of days; a recall multiplies them by up to 2.5, the more the longer it was
  since, a lapse takes them back to the beginning (after Settles and Meeder 2016).

Each question has its own difficulty. One number of each model, the threshold or the first half-life, is set so that
the rule by lesson has a mean recall of .77 at three questions a day. Recall is the mean over all questions met so far
and all days. What the learner answers is drawn; the figures are means of several learners.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Protocol

import numpy as np

from benchmarks.report import Figure, print_figures
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.choosing import in_order
from tutor.course.record.memory import Memory, Rating, first_memory, rated
from tutor.resources import lessons_folder

DAYS, DAYS_A_LESSON, LEARNERS = 90, 3, 8
BY_LESSON_RECALL = 0.77
START = datetime(2026, 1, 1, 18, 0, tzinfo=UTC)

Item = tuple[int, int, int]
"""A lesson's position, a step's in it, and a question's in that."""
Sizes = Sequence[Sequence[int]]
"""The questions of each step of each lesson."""


class Truth(Protocol):
    """How well the learner remembers; ``level`` is the number that is set."""

    def learn(self, item: Item, day: float, hard: float) -> None: ...

    def recall(self, item: Item, day: float) -> float: ...

    def asked(self, item: Item, day: float, right: bool) -> None: ...


@dataclass
class Activation:
    level: float
    """The activation at which half is recalled."""
    traces: dict[Item, list[tuple[float, float]]] = field(default_factory=dict)
    hard: dict[Item, float] = field(default_factory=dict)

    def learn(self, item: Item, day: float, hard: float) -> None:
        self.hard[item] = hard
        self.traces[item] = [(day, 0.177)]

    def _activation(self, item: Item, day: float) -> float:
        # An hour after an asking nothing has decayed yet.
        return math.log(sum(max(day - at, 1 / 24) ** -decay for at, decay in self.traces[item]))

    def recall(self, item: Item, day: float) -> float:
        return 1 / (1 + math.exp((self.level + self.hard[item] - self._activation(item, day)) / 0.255))

    def asked(self, item: Item, day: float, right: bool) -> None:  # noqa: ARG002 - a wrong try is explained
        self.traces[item].append((day, 0.177 + 0.217 * math.exp(self._activation(item, day))))


@dataclass
class HalfLife:
    level: float
    """The first half-life, in days."""
    lives: dict[Item, float] = field(default_factory=dict)
    last: dict[Item, float] = field(default_factory=dict)
    hard: dict[Item, float] = field(default_factory=dict)

    def learn(self, item: Item, day: float, hard: float) -> None:
        self.hard[item] = hard
        self.lives[item], self.last[item] = self.level * math.exp(-hard), day

    def recall(self, item: Item, day: float) -> float:
        return float(0.5 ** ((day - self.last[item]) / self.lives[item]))

    def asked(self, item: Item, day: float, right: bool) -> None:
        waited = min((day - self.last[item]) / self.lives[item], 1)
        first = self.level * math.exp(-self.hard[item])
        self.lives[item] = self.lives[item] * (1 + 1.5 * waited) if right else first
        self.last[item] = day


@dataclass
class ByLesson:
    """The rule before: a lesson comes back after 1, 2, 4 … days, with its question that was in most trouble."""

    done: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    gap: dict[int, int] = field(default_factory=dict)
    trouble: dict[Item, int] = field(default_factory=dict)
    warmed: dict[Item, int] = field(default_factory=dict)

    def learned(self, items: Sequence[Item], right: Sequence[bool], day: int) -> None:
        lesson = items[0][0]
        self.done[lesson] = self.last[lesson] = day
        self.gap[lesson] = 1
        self.trouble.update({item: 0 if well else 1 for item, well in zip(items, right, strict=True)})

    def choose(self, day: int, number: int) -> list[Item]:
        def trouble(lesson: int) -> int:
            return sum(count for item, count in self.trouble.items() if item[0] == lesson)

        due = [lesson for lesson in self.done if self.last[lesson] + self.gap[lesson] <= day]
        due.sort(key=lambda lesson: (-trouble(lesson), self.last[lesson] + self.gap[lesson], lesson))
        kinds: dict[int, list[int]] = {7: [], 3: [], 1: []}
        for lesson in due:
            kinds[next((ago for ago in kinds if day - self.done[lesson] >= ago), 1)].append(lesson)
        turns = max(map(len, kinds.values()), default=0)
        lessons = [kind[turn] for turn in range(turns) for kind in kinds.values() if turn < len(kind)]
        return [self._question(lesson) for lesson in lessons[:number]]

    def _question(self, lesson: int) -> Item:
        items = [item for item in self.trouble if item[0] == lesson]
        return min(items, key=lambda item: (-self.trouble[item], self.warmed.get(item, -1), item))

    def answered(self, item: Item, day: int, right: bool) -> None:
        lesson = item[0]
        self.last[lesson], self.warmed[item] = day, day
        self.gap[lesson] = min(2 * self.gap[lesson], 64) if right else 1
        self.trouble[item] = 0 if right else self.trouble[item] + 1


@dataclass
class ByQuestion:
    """Each question by its own memory, as dl-tutor chooses."""

    exam: date | None = None
    memories: dict[Item, Memory] = field(default_factory=dict)

    def learned(self, items: Sequence[Item], right: Sequence[bool], day: int) -> None:
        for item, well in zip(items, right, strict=True):
            self.memories[item] = first_memory(Rating.GOOD if well else Rating.AGAIN, _at(day))

    def choose(self, day: int, number: int) -> list[Item]:
        return list(in_order(self.memories, _at(day), lambda item: item[0], self.exam, lambda item: item[:2])[:number])

    def answered(self, item: Item, day: int, right: bool) -> None:
        rating = Rating.GOOD if right else Rating.AGAIN
        self.memories[item] = rated(self.memories[item], rating, _at(day), UTC)


Rule = Callable[[], ByLesson | ByQuestion]


def _at(day: int) -> datetime:
    return START + timedelta(days=day)


def recalls(truth: Truth, rule: ByLesson | ByQuestion, number: int, seed: int, sizes: Sizes) -> list[float]:
    """The recall of one learner the morning after each day, over all questions met so far."""
    rng = np.random.default_rng(seed)
    met: list[Item] = []
    days: list[float] = []
    for day in range(DAYS):
        for item in rule.choose(day, number):
            right = bool(rng.random() < truth.recall(item, day))
            truth.asked(item, day, right)
            rule.answered(item, day, right)
        if day % DAYS_A_LESSON == 0 and day // DAYS_A_LESSON < len(sizes):
            lesson = day // DAYS_A_LESSON
            items = [(lesson, step, index) for step, size in enumerate(sizes[lesson]) for index in range(size)]
            for item in items:
                truth.learn(item, day, float(rng.normal(0, 0.3)))
            rule.learned(items, [bool(rng.random() < 0.7) for _ in items], day)
            met += items
        # Before the next day's warm-up.
        days.append(float(np.mean([truth.recall(item, day + 1) for item in met])))
    return days


def _means(truth: Callable[[], Truth], rule: Rule, number: int, sizes: Sizes) -> tuple[float, float]:
    """The mean recall over all days, and that of the last day, of all learners."""
    days = np.array([recalls(truth(), rule(), number, seed, sizes) for seed in range(LEARNERS)])
    return float(days.mean()), float(days[:, -1].mean())


def _set(model: Callable[[float], Truth], low: float, high: float, sizes: Sizes) -> float:
    """The level at which the rule by lesson has its recall at three questions a day; ``low`` recalls too little."""
    for _ in range(12):
        level = (low + high) / 2
        if _means(partial(model, level), ByLesson, 3, sizes)[0] < BY_LESSON_RECALL:
            low = level
        else:
            high = level
    return (low + high) / 2


def run() -> bool:
    sizes = [[step.questions for step in summary.outline] for summary in read_summaries(lessons_folder())]
    asked = sum(map(sum, sizes))
    figures = []
    models: tuple[tuple[str, Callable[[float], Truth], float, float], ...] = (
        ("activation", Activation, 3.0, -5.0),
        ("half-life", HalfLife, 1.0, 400.0),
    )
    exam = partial(ByQuestion, _at(DAYS).date())
    for name, model, low, high in models:
        level = _set(model, low, high, sizes)
        truth = partial(model, level)
        print(f"{name}: level {level:.3g}, {len(sizes)} lessons, {asked} questions, {DAYS} days", flush=True)
        for number in (3, 6, 10):
            for words, rule in (("by lesson", ByLesson), ("by question", ByQuestion)):
                recall, last = _means(truth, rule, number, sizes)
                at_least = 0.81 if (number, words) == (3, "by question") else None
                figures.append(Figure(f"{name}, {words}, {number} a day", recall, at_least=at_least))
            figures.append(Figure(f"{name}, by question, {number} a day, on the last day", last))
            figures.append(Figure(f"{name}, the same with an exam that day", _means(truth, exam, number, sizes)[1]))
    return print_figures("review, mean recall", figures)
