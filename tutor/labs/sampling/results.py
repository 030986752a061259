"""What the network writes, as tables and pictures: samples, the greedy circle, right and wrong sums."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np

from tutor.engine.parameters import Parameters
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.charts import DotPlot, DotRow
from tutor.labs.kit.labels import Label
from tutor.labs.kit.readouts import Picture, Table, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.labs.sampling.taught import Taught
from tutor.labs.sampling.writing import Answers, Greedy, How, answers, greedy, sample, verdict

SAMPLES = 6
MANY = 100
SEEN_STEPS = 32
TOLD_STEPS = 24
SEEN_FROM = 1 / 27
"""Letters that are never likelier than by chance have no row."""
SUMS_IN_THE_TABLE = 6
NO_ANSWERS = Answers((), (), np.zeros(0, dtype=bool), np.zeros(0))


def fill_written(
    sheet: Sheet, text: Taught, spec: NetworkSpec, parameters: Callable[[], Parameters], said: str, seed: int, how: How
) -> None:
    """Six samples; how many of them differ, and how many of a hundred are new."""

    @cache
    def made(count: int, begin: str) -> tuple[str, ...]:
        return tuple(sample(text, spec, parameters(), begin, seed, number, how) for number in range(count))

    def table() -> Table:
        rows = [(str(n), each, verdict(text, each)) for n, each in enumerate(made(SAMPLES, said), 1)]
        return Table("samples", "what it writes", ("", "text", "is"), tuple(rows))

    sheet.show("samples", table, counted=True)
    sheet.number("different", "different ones of six", lambda: len(set(made(SAMPLES, said))), digits=0)

    def new() -> float:
        if text.kind != "names":
            return math.nan
        return sum(verdict(text, each) == "new" for each in made(MANY, ""))

    sheet.number("new", "new names of 100", new, digits=0)


def fill_greedy(sheet: Sheet, text: Taught, spec: NetworkSpec, parameters: Callable[[], Parameters], said: str) -> None:
    """The greedy text, after how many letters it repeats itself, and p of every letter at each step."""

    @cache
    def way() -> Greedy:
        return greedy(text, spec, parameters(), said)

    def written() -> str:
        return said.replace(" ", "_") + text.vocabulary.decode(way().tokens[:TOLD_STEPS]).replace(" ", "_")

    sheet.text("greedy", "greedy", written)
    sheet.text("course", "it runs", lambda: "in a circle" if way().period else "to an end")
    sheet.number("period", "letters until it repeats", lambda: way().period, digits=0)

    def picture() -> Picture:
        p = way().p[:SEEN_STEPS]
        rows = [token for token in range(len(text.labels)) if p[:, token].max() >= SEEN_FROM]
        likeliest = tuple((rows.index(int(row.argmax())), step) for step, row in enumerate(p))
        tile = Tile("p", tuple(tuple(p[:, token].tolist()) for token in rows), marked=likeliest)
        labels = tuple(text.labels[token] for token in rows)
        # The letter that is written there; the same letter comes several times, so the place's id is the step.
        heads = tuple(Label(text.labels[int(row.argmax())], str(step)) for step, row in enumerate(p, 1))
        return Picture("steps", "p of each letter, step by step", (tile,), row_labels=labels, column_labels=heads)

    sheet.show("steps", picture, counted=True)


def fill_sums(sheet: Sheet, text: Taught, spec: NetworkSpec, parameters: Callable[[], Parameters], seed: int) -> None:
    """Of the unseen sums how many are right, some of them, and how sure the network is of its answers.

    There are none while it is trained on something else.
    """

    @cache
    def found() -> Answers:
        return answers(text, spec, parameters()) if text.kind == "sums" else NO_ANSWERS

    sheet.number("asked", "unseen sums", lambda: len(found().asked), digits=0)
    sheet.number("right", "of them right", lambda: found().right.sum(), digits=0)
    sheet.number("right_share", "share that is right", lambda: _share(found()), digits=3)
    sheet.text("most_are", "most are", lambda: "right" if _share(found()) > 0.5 else "wrong")
    sheet.number("sure_right", "mean p of a right answer", lambda: _mean(found(), right=True), digits=2)
    sheet.number("sure_wrong", "mean p of a wrong answer", lambda: _mean(found(), right=False), digits=2)
    sheet.number("surest_wrong", "largest p of a wrong one", lambda: _largest(found()), digits=2)

    def table() -> Table:
        at = [(seed + i) % len(found().asked) for i in range(SUMS_IN_THE_TABLE) if found().asked]
        rows = [
            (
                found().asked[i] + found().given[i].rstrip("."),
                "right" if found().right[i] else "wrong",
                float(found().p[i]),
            )
            for i in at
        ]
        return Table("unseen", "unseen sums", ("it writes", "is", "p"), tuple(rows), digits=2)

    def dots() -> DotPlot:
        rows = [_row(found(), label, right=label == "right") for label in ("right", "wrong")]
        return DotPlot("sureness", "p of each answer that it gives", tuple(rows), 0.0, 1.0, digits=2)

    sheet.show("unseen", table, counted=True)
    sheet.show("sureness", dots, counted=True)


def _chosen(of: Answers, *, right: bool) -> list[int]:
    return [int(i) for i in np.flatnonzero(of.right == right)]


def _row(of: Answers, label: str, *, right: bool) -> DotRow:
    at = _chosen(of, right=right)
    return DotRow(label, tuple(of.asked[i].rstrip("=") for i in at), tuple(of.p[at].tolist()))


def _mean(of: Answers, *, right: bool) -> float:
    at = _chosen(of, right=right)
    return float(of.p[at].mean()) if at else math.nan


def _largest(of: Answers) -> float:
    return float(of.p[~of.right].max(initial=0.0))


def _share(of: Answers) -> float:
    return float(of.right.mean()) if of.asked else math.nan
