"""A distribution: a bag of coloured balls, the chance of each colour, the mean and spread of its prizes, and draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells, ln, sqrt, stacked
from tutor.labs.kit.charts import BarPanel, DotRow
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import ChoiceControl, Control, NumberControl, VectorControl
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Sheet
from tutor.training.keras_program import KerasProgram

COLOURS = ("red", "blue", "green", "white")
MOST_DRAWS = 5000


class DistributionLab(Lab):
    """Balls of four colours in a bag, each colour with a prize; a chosen colour; draws with a seed."""

    id = "distribution"
    title = "A bag of coloured balls"

    def controls(self) -> tuple[Control, ...]:
        """What is in the bag and what it pays; a colour to ask about; how many are drawn, and which draws."""
        return (
            VectorControl("balls", "balls", COLOURS, 0, 20, 1, (4.0, 3.0, 2.0, 1.0), "in the bag", integer=True),
            VectorControl("prizes", "prizes", COLOURS, -20, 20, 1, (0.0, 1.0, 2.0, 10.0), "what each colour pays"),
            ChoiceControl("colour", "colour", COLOURS, "red", "the one that came"),
            NumberControl(
                "n", "draws n", 1, MOST_DRAWS, 1, 20, integer=True, choices=(1, 3, 20, 100, 1000, MOST_DRAWS),
                help="each ball goes back",
            ),
            NumberControl("seed", "seed", 0, 999, 1, 0, integer=True, help="other draws"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """The chances; mean and spread; the draws; the surprise of a colour."""
        return (
            Group("The bag", ("balls", "total", "p", "p_sum", "most", "least", "chances")),
            Group("Prizes", ("prizes", "parts", "mean", "off", "weighed", "variance", "spread", "middle", "plot")),
            Group("Draws", ("n", "seed", "counts", "shares", "average", "beside", "walk")),
            Group("How surprising?", ("colour", "chosen", "surprise", "surprises", "surprise_bars")),
        )

    def fill(self, sheet: Sheet) -> None:
        """Chances from counts, the mean and the spread of the prizes, the draws, and −ln p of each colour."""
        balls, prizes = sheet["balls"], sheet["prizes"]
        total = sheet.number("total", "balls in all", balls.sum(), "Σ balls", digits=0)
        p = sheet.vector("p", "probabilities p", COLOURS, balls / total, "balls / all")
        sheet.number("p_sum", "sum of p", p.sum(), "Σ p")
        sheet.text("most", "most probable", _of(balls.values, balls.values.max()))
        sheet.text("least", "least probable", _of(balls.values, balls.values.min()))
        panels = (BarPanel("balls", COLOURS, digits=0), balls), (BarPanel("p", COLOURS, high=1.0), p)
        sheet.bars("chances", "balls and chances", panels)
        parts = sheet.vector("parts", "p times prize", COLOURS, p * prizes, "p·prize")
        mean = sheet.number("mean", "mean", parts.sum(), "Σ p·prize")
        off = sheet.vector("off", "prize − mean", COLOURS, prizes - mean, "prize − mean")
        weighed = sheet.vector("weighed", "p times its square", COLOURS, p * off * off, "p·(prize − mean)²")
        variance = sheet.number("variance", "variance", weighed.sum(), "Σ p·(prize − mean)²")
        spread = sheet.number("spread", "spread", sqrt(variance), "√variance")
        sheet.text("middle", "the mean is", _where(mean.number, prizes.values))
        inside = [i for i, count in enumerate(balls.values) if count > 0] or list(range(len(COLOURS)))
        row = DotRow("prizes", tuple(COLOURS[i] for i in inside))
        sheet.dots("plot", "prizes in the bag", [(row, stacked([prizes[i] for i in inside]), mean, spread)])
        bars = (BarPanel("p", COLOURS, high=1.0), p), (BarPanel("p·prize", COLOURS, low=None), parts)
        sheet.bars("weighted", "each prize by its chance", bars)

        surprises = sheet.vector("surprises", "−ln p", COLOURS, -ln(p), "−ln p")
        at = COLOURS.index(self.word("colour"))
        sheet.number("chosen", "p of the colour", p[at])
        sheet.number("surprise", "−ln p of the colour", surprises[at])
        bars = (BarPanel("p", COLOURS, high=1.0), p), (BarPanel("−ln p", COLOURS), surprises)
        sheet.bars("surprise_bars", "chance and surprise", bars)
        self._draw_balls(sheet, p, mean)

    def _draw_balls(self, sheet: Sheet, p: Cells, mean: Cells) -> None:
        """How often each colour came, and the average prize after each draw."""
        n = round(self.number("n"))
        drawn = _drawn(p.values, n, round(self.number("seed")))
        counts = sheet.vector("counts", "how often it came", COLOURS, sheet.give("tally", _tally(drawn)), digits=0)
        shares = sheet.vector("shares", "share of the draws", COLOURS, counts / n, "times / n")
        average = sheet.number("average", "average prize", (shares * sheet["prizes"]).sum(), "Σ share·prize")
        bars = (BarPanel("p", COLOURS, high=1.0), p), (BarPanel("shares", COLOURS, high=1.0), shares)
        sheet.bars("beside", "chances and draws", bars)
        sheet.number("missed", "average − mean", average - mean, "average − mean")

        def walk() -> Curve:
            paid = self.vector("prizes")[drawn]
            at = np.arange(1, len(drawn) + 1)
            xs, averages = tuple(at.astype(float).tolist()), tuple((paid.cumsum() / at).tolist())
            line = Series("mean", xs, (mean.number,) * len(xs), "aid", tells=("mean",))
            return Curve("walk", "average prize so far", "draws", (Series("average", xs, averages), line))

        sheet.show("walk", walk)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A sum of products, as the mean is one; the draws; the rest stands in the lab."""
        return Cells.sum, _drawn, type(self).fill

    def keras_program(self) -> KerasProgram:
        """The chances, the mean and the spread."""
        balls, prizes = (self.vector(name).tolist() for name in ("balls", "prizes"))
        source = f"""\
import numpy as np
from keras import ops

balls = np.array({balls})
prizes = np.array({prizes})
p = balls / ops.sum(balls)
mean = ops.sum(p * prizes)
off = prizes - mean
variance = ops.sum(p * ops.square(off))
spread = ops.sqrt(variance)
"""
        return KerasProgram(source, {name: name for name in ("p", "mean", "variance", "spread")})


def _drawn(p: NDArray[np.float64], n: int, seed: int) -> NDArray[np.int64]:
    """The colours of ``n`` draws, (n,), each put back before the next; none from an empty bag."""
    if not np.isfinite(p).all():
        return np.zeros(0, dtype=np.int64)
    return np.random.default_rng(seed).choice(len(p), size=n, p=p)


def _tally(drawn: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.bincount(drawn, minlength=len(COLOURS)).astype(float)


def _of(balls: NDArray[np.float64], wanted: float) -> str:
    """The colour with so many balls; several if they share it."""
    return " and ".join(c for c, count in zip(COLOURS, balls, strict=True) if count == wanted)


def _where(mean: float, prizes: NDArray[np.float64]) -> str:
    """Whether a ball can pay exactly the mean."""
    return "one of the prizes" if np.isclose(prizes, mean, rtol=0, atol=1e-9).any() else "none of the prizes"
