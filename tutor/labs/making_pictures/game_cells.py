"""The game on the sheet: what the discriminator says everywhere, where it pushes the generator's points, the losses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells, ln, sqrt, stacked
from tutor.labs.kit.plane_map import axes, points_on
from tutor.labs.kit.readouts import Curve, Series, Tile, Trail
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.training_curve import recent_means
from tutor.labs.making_pictures.controls import PLANE
from tutor.labs.making_pictures.dense_cells import Layer, passed
from tutor.labs.making_pictures.game import SHOWN, Game

Array = NDArray[np.float64]

REACH, COLUMNS, ROWS = 1.5, 30, 20
MAP = axes(COLUMNS, ROWS, REACH)
REAL, FAKE = "real", "made"
MADE, JUDGED = "dense_1.out", "dense_3.out"
"""The generator's points and what the discriminator says of them, in the pass of both networks stacked."""
CLOSE = 0.2
"""A real point with a made one this near is covered."""
PUSHED, AIMED, PUSH = 12, 24, 0.45
"""How many of the made points have an arrow, among how many of the real ones; the length of the longest arrow."""


def fill_game(sheet: Sheet, game: Game, real: Array) -> None:
    """The map with both kinds of points, the losses now and before, how much of the real points is covered."""
    judge: list[Layer] = [
        (sheet["dense_2.kernel"], sheet["dense_2.bias"], "relu"),
        (sheet["dense_3.kernel"], sheet["dense_3.bias"], "sigmoid"),
    ]
    shown = sheet.give("real points", real[:SHOWN])
    fakes, said_fake = sheet[MADE], sheet[JUDGED].last(0)
    said_real = passed(sheet, "real", shown, judge)[-1].last(0)
    places = sheet.give("judged places", np.stack(np.meshgrid(*MAP), axis=-1).reshape(-1, 2))
    verdict = passed(sheet, "judged", places, judge)[-1].reshaped((ROWS, COLUMNS))
    _fill_maps(sheet, verdict, shown, fakes)
    _fill_losses(sheet, game, said_real, said_fake)
    _fill_cover(sheet, real, fakes)


def _fill_maps(sheet: Sheet, verdict: Cells, shown: Cells, fakes: Cells) -> None:
    kinds = (*[REAL] * len(shown), *[FAKE] * SHOWN)
    points = points_on(MAP, np.concatenate([shown.values, fakes.values]), kinds)
    how = {
        "row_axis": (PLANE[1], REACH, -REACH), "column_axis": (PLANE[0], -REACH, REACH),
        "signed": True, "middle": 0.5, "digits": 2,
    }  # fmt: skip
    tile = [(Tile("", ()), verdict)]
    sheet.picture("verdicts", "how real it says", tile, points=points, **how)
    pushes = -sheet[f"grad:{MADE}"]
    sheet.matrix(
        "push", "the way each made point is pushed", tuple(f"no. {i}" for i in range(PUSHED)), PLANE,
        pushes.viewed((PUSHED, 2), lambda at: at), "−∂loss/∂point", digits=5,
    )  # fmt: skip
    trails = _arrows(fakes.values[:PUSHED], pushes.values[:PUSHED])
    some = np.concatenate([shown.values[:AIMED], fakes.values[:PUSHED]])
    few = points_on(MAP, some, (*[REAL] * AIMED, *[FAKE] * PUSHED))
    sheet.picture("pushes", "pushes on made points", tile, points=few, trails=trails, **how)


def _arrows(starts: Array, pushes: Array) -> Sequence[Trail]:
    """From each point along its push; the longest push is ``PUSH`` long."""
    longest = max(float(np.hypot(*pushes.T).max()), 1e-12)
    ends = starts + PUSH * pushes / longest
    two = (points_on(MAP, np.stack(pair), ("", "")) for pair in zip(starts, ends, strict=True))
    return [Trail("toward “real”", tuple((p.row, p.column) for p in pair), "arrow") for pair in two]


def _fill_losses(sheet: Sheet, game: Game, said_real: Cells, said_fake: Cells) -> None:
    each = float(SHOWN)
    sheet.number("says_real", "of real points it says", said_real.sum() / each, "Σ D(x) / points", digits=3)
    sheet.number("says_fake", "of made points it says", said_fake.sum() / each, "Σ D(G(z)) / points", digits=3)
    both = -(ln(said_real).sum() + ln(1.0 - said_fake).sum()) / (2 * each)
    sheet.number("judge_loss", "discriminator's loss", both, "−(Σ ln D(x) + Σ ln(1 − D(G(z)))) / all", digits=4)
    sheet.number("maker_loss", "generator's loss", -ln(said_fake).sum() / each, "−Σ ln D(G(z)) / points", digits=4)
    one = sheet.number("one_says", "of made point no. 0 it says", said_fake[0], digits=3)
    sheet.number("one_loss", "the generator's loss there", -ln(one), "−ln D(G(z))", digits=3)
    sheet.number("played", "steps of the generator", len(game.maker_losses), digits=0)
    sheet.number("judgements", "steps of the discriminator", len(game.judge_losses), digits=0)

    def curve() -> Curve:
        lines = []
        for label, losses in (("discriminator", game.judge_losses), ("generator", game.maker_losses)):
            steps = tuple(float(step + 1) for step in range(len(losses)))
            lines.append(Series(label, steps, losses, "raw"))
            lines.append(Series(f"{label}, averaged", steps, recent_means(steps, losses)))
        return Curve("losses", "losses", "step", tuple(lines), 0.0)

    sheet.show("losses", curve, counted=True)


def _fill_cover(sheet: Sheet, real: Array, fakes: Cells) -> None:
    """How wide the made points are spread, and the share of real points that have one near."""
    middle = stacked([fakes.last(axis).sum() / float(SHOWN) for axis in range(2)])
    middle = sheet.vector("middle_made", "middle of the made points", PLANE, middle, "Σ x / points", digits=3)
    off = [fakes.last(axis) - middle[axis] for axis in range(2)]
    spread = sqrt((off[0] * off[0] + off[1] * off[1]).sum() / float(SHOWN))
    sheet.number("spread", "spread of the made points", spread, "√(Σ distance² from their middle / points)", digits=3)

    def covered() -> float:
        gaps = np.hypot(*np.moveaxis(real[:, None] - fakes.values[None], -1, 0))
        return 100 * float((gaps.min(axis=1) < CLOSE).mean())

    sheet.number("coverage", "real points with a made one near", covered, digits=0, unit="%")
