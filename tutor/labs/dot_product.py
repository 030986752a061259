"""The dot product: two vectors in the plane, a query against four keys, and scores of many numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.derivations.cells import Cells, arccos, constant, sqrt, stacked
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import Control, MatrixControl, NumberControl, VectorControl
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Sheet
from tutor.training.keras_program import KerasProgram

AXES, MEANINGS, WORDS = ("x", "y"), ("alive", "water"), ("fish", "boat", "bird", "rock")
KEYS = (2.0, 2.0), (-1.0, 3.0), (3.0, -1.0), (-2.0, -1.0)
TURNS = {1: "partly the same way", 0: "at right angles", -1: "partly opposite ways"}
PAIRS, MOST, FEW, DRAWN = 1000, 256, 16, 3


class DotProductLab(Lab):
    """Two vectors a and b; a query and four keys; the spread of the scores of random vectors."""

    id = "dot-product"
    title = "How alike are two vectors?"

    def controls(self) -> tuple[Control, ...]:
        """The two vectors; the query and the keys; how many numbers a random vector has."""
        return (
            VectorControl("a", "vector a", AXES, -15, 15, 1, (3.0, 4.0), "from the origin to (x, y)"),
            VectorControl("b", "vector b", AXES, -15, 15, 1, (4.0, 3.0), "the other one"),
            VectorControl("query", "query q", MEANINGS, -3, 3, 1, (1.0, 2.0), "what is looked for"),
            MatrixControl("keys", "keys k", WORDS, MEANINGS, -3, 3, 1, KEYS, "what each word is like"),
            NumberControl("d", "numbers d", 1, MOST, 1, 64, integer=True, help="in each random vector"),
        )

    def groups(self) -> tuple[Group, ...]:
        """The plane and its numbers; the projection; the words; many numbers."""
        return (
            Group(
                "Two vectors", ("a", "b", "plane", "products", "dot", "in_bars", "turn", "lengths", "cosine", "angle")
            ),
            Group("a on b", ("dropped", "along", "shadow")),
            Group("A query and its keys", ("query", "keys", "scores", "best", "cosines", "nearest", "words")),
            Group("Many numbers", ("d", "growth", "root", "spread", "scaled")),
        )

    def fill(self, sheet: Sheet) -> None:
        """Products, lengths, cosine and projection; the same for each key; random vectors of d numbers."""
        a, b, query, keys, d = (sheet[control.name] for control in self.value_controls())
        products = sheet.vector("products", "products a·b", AXES, a * b, "a·b")
        dot = sheet.number("dot", "dot product a · b", (a * b).sum(), "Σ aᵢ·bᵢ")
        sheet.text("turn", "they point", TURNS[int(np.sign(round(dot.number, 9)))])
        parts = (("a", AXES, a), ("b", AXES, b), ("a·b", AXES, products), ("sum", ("Σ",), stacked([dot])))
        sheet.bars("in_bars", "place by place", [(BarPanel(of, at, low=None), cells) for of, at, cells in parts])
        lengths = sheet.vector("lengths", "lengths", ("a", "b"), _lengths(stacked([a, b])), "√(x·x + y·y)")
        cosine = sheet.number("cosine", "cosine", dot / (lengths[0] * lengths[1]), "a · b / (|a|·|b|)")
        squares = sheet.vector("squares", "squares of a", AXES, a * a, "a·a")
        panels = BarPanel("a", AXES, low=None), BarPanel("a·a", AXES), BarPanel("length", ("a", "b"))
        sheet.bars("how_long", "how long is a?", list(zip(panels, (a, squares, lengths), strict=True)))
        reach = sheet.let("reach", stacked([dot, lengths[0] * lengths[1]]), lambda i: ("a · b", "|a|·|b|")[i])
        of, part = BarPanel("of |a|·|b|", ("a·b", "most"), low=None), BarPanel("cosine", ("cos",), low=-1, high=1)
        sheet.bars("shares", "what part a·b is", [(of, reach), (part, stacked([cosine]))])
        sheet.number("angle", "angle in degrees", arccos(cosine) * np.degrees(1), "arccos(cosine)·180/π", digits=2)
        along = sheet.number("along", "length of a along b", dot / lengths[1], "a · b / |b|")
        shadow = sheet.vector("shadow", "a on b", AXES, along / lengths[1] * b, "along / |b| · b")
        sheet.arrows("plane", "a and b", AXES, {"a": a, "b": b})
        tells = dict.fromkeys(("a on b", "drop"), (("shadow",), 1))
        arrows = {"a": a, "b": b, "a on b": shadow}
        sheet.arrows("dropped", "a dropped onto b", AXES, arrows, tells, {"drop": (a, shadow)})

        scores = sheet.vector("scores", "scores q · k", WORDS, keys @ query, "Σ qᵢ·kᵢ", bars=True, low=-18, high=18)
        sheet.text("best", "largest score", _largest(scores))
        cosines = _cosines(scores, query, keys)
        cosines = sheet.vector("cosines", "cosines", WORDS, cosines, "q · k / (|q|·|k|)", bars=True, low=-1)
        sheet.text("nearest", "largest cosine", _largest(cosines))
        sheet.arrows("words", "the words", MEANINGS, {"query": query} | {w: keys[i] for i, w in enumerate(WORDS)})

        every_d, spreads = constant(np.arange(1.0, MOST + 1)), sheet.give("spreads", _spreads)
        root = sheet.number("root", "√d", sqrt(d), "√d")
        spread = sheet.number("spread", f"spread of {PAIRS} scores", spreads[round(d.number) - 1], digits=2)
        sheet.number("scaled", "spread of scores / √d", spread / root, "spread / √d", digits=2)
        lines = {"measured": spreads, "√d": sqrt(every_d)}
        tells = dict.fromkeys(lines, (("root",), FEW))
        sheet.show("walks", lambda: _walks(round(d.number)), counted=True)
        sheet.curve("growth", "spread of scores", "d", every_d, lines, (d, spread), tells)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """All dot products at once, as q · k; the rest stands in the lab."""
        return Cells.__matmul__, type(self).fill

    def keras_program(self) -> KerasProgram:
        """The dot product, the cosine, and all scores at once."""
        keys = np.array2string(self.vector("keys"), precision=17, separator=", ", prefix="keys = np.array(")
        source = f"""\
import numpy as np
from keras import ops

a = np.array({self.vector("a").tolist()})
b = np.array({self.vector("b").tolist()})
dot = ops.dot(a, b)
lengths = ops.norm([a, b], axis=1)
cosine = dot / (lengths[0] * lengths[1])

keys = np.array({keys})
query = np.array({self.vector("query").tolist()})
scores = ops.matmul(keys, query)
"""
        return KerasProgram(source, {name: name for name in ("dot", "lengths", "cosine", "scores")})


def _lengths(rows: Cells) -> Cells:
    return sqrt((rows * rows).sum(-1))


def _cosines(scores: Cells, query: Cells, keys: Cells) -> Cells:
    """The scores q · k, divided by both lengths."""
    return scores / (_lengths(query) * _lengths(keys))


def _largest(row: Cells) -> str:
    """The word with the largest number; several if they share it."""
    known = np.nan_to_num(row.values, nan=-np.inf)
    return " and ".join(word for word, x in zip(WORDS, known, strict=True) if x >= known.max() - 1e-9)


def _pairs() -> Any:
    """Random pairs of ``MOST`` numbers with mean 0 and variance 1 in each: (q and k, pairs, numbers)."""
    return np.random.default_rng(0).standard_normal((2, PAIRS, MOST))


def _spreads() -> Any:
    """The standard deviation of q · k over the pairs, for 1 to ``MOST`` numbers in each."""
    q, k = _pairs()
    return (q * k).cumsum(axis=1).std(axis=0)


def _walks(count: int) -> Curve:
    """The sums of the products so far of a few pairs, after each of their first ``count`` numbers."""
    q, k = _pairs()[:, :DRAWN, :count]
    xs = tuple(map(float, range(1, count + 1)))
    lines = (Series(f"pair {i + 1}", xs, tuple(ys)) for i, ys in enumerate((q * k).cumsum(axis=1).tolist()))
    return Curve("walks", "products added up", "numbers", tuple(lines))
