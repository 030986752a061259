"""The numbers of a complete map: by class and by confidence, of two seeds, and by flips; NaN while it is not known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from tutor.complete_map.drawings import DRAWINGS, PIXELS
from tutor.complete_map.found import Example
from tutor.complete_map.report import Report
from tutor.complete_map.tally import CONFIDENCES
from tutor.datasets.shapes import NAMES
from tutor.engine.derivations.cells import Cells, constant, stacked
from tutor.labs.complete_map.chosen import fill_word
from tutor.labs.complete_map.pictures import UNKNOWN, beside_its_shape, changed_curve, surest_picture
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import Picture, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.training.shape_map import MapRequest, shape_numbers

SURENESS = tuple(f"at least {confidence}" for confidence in CONFIDENCES)
WAYS = ("1 flip", "2 flips", "3 flips")
OF_ALL, IN_MILLIONS = "100·drawings / all", "drawings / 10^6"


def fill_classes(sheet: Sheet, report: Report | None, whose: str) -> tuple[Cells, Cells]:
    """How many drawings there are, how many each class has, and how many are answered how surely.

    ``whose`` says of which network. Returns the number of drawings, and each class's share of them.
    """
    drawings = sheet.number("drawings", "drawings", float(DRAWINGS), digits=0)
    # Numbers from ten million on are shown with a power of ten.
    sheet.text("everything", "drawings in all", f"{DRAWINGS:,}")
    counts = _counted(sheet, "counts", report and report.counts, NAMES)
    millions = counts / 1e6
    sheet.vector("counts", "million drawings", NAMES, millions, _formula(report, IN_MILLIONS), digits=3)
    shares = sheet.vector(
        "shares", "% of all", NAMES, _percent(counts, drawings, report), _formula(report, OF_ALL), digits=1
    )
    sheet.bars("by_class", "% of all drawings", [(_panel(whose), shares)])
    sure = sheet.vector(
        "sure", "drawings", SURENESS, _counted(sheet, "sure", report and report.above, SURENESS), digits=0
    )
    above = sheet.vector(
        "above", "% of all", SURENESS, _percent(sure, drawings, report), _formula(report, OF_ALL), digits=2
    )
    panel = BarPanel("answered with a confidence of", SURENESS, high=100.0, digits=2)
    sheet.bars("by_confidence", "% of all drawings", [(panel, above)])
    sheet.text("evenness", "the classes", _known(report, lambda: _evenness(shares)))
    sheet.text("sureness", "sure from 0.9", _known(report, lambda: _band(float(above.values[1]))))
    return drawings, shares


def fill_seeds(
    sheet: Sheet, report: Report | None, request: MapRequest, shape: str, drawings: Cells, shares: Cells
) -> None:
    """The other seed's classes, and where both have the same answer; ``shape`` is the word looked at by itself."""
    seeds = f"seed {request.seed}", f"seed {request.against}"
    right = None if report is None else [_right([f.start for f in report.flips]), _right(report.other_starts)]
    labels = ("first seed", "other seed")
    sheet.vector("right", "of 5 taught drawings right", labels, _numbers(right, 2), digits=0)
    counts = _counted(sheet, "other_counts", report and report.other_counts, NAMES)
    others = sheet.vector(
        "other_shares",
        f"% of all, {seeds[1]}",
        NAMES,
        _percent(counts, drawings, report),
        _formula(report, OF_ALL),
        digits=1,
    )
    panels = [(_panel(seeds[0]), shares), (_panel(seeds[1]), others)]
    sheet.bars("both_seeds", "% of all drawings", panels)
    pairs = np.full((len(NAMES), len(NAMES)), np.nan)
    if report is not None and report.against is not None:
        pairs = np.array(report.against.counts, np.float64)
    shown = _percent(sheet.give("pair_counts", pairs), drawings, report)
    if report is not None:
        shown = sheet.let("pair_shares", shown, OF_ALL)
    sheet.picture(
        "pairs", f"% of all: down {seeds[0]}, across {seeds[1]}", [(Tile("", ()), shown)],
        high=100.0 if report is None else float(shown.values.max()), row_labels=NAMES, column_labels=NAMES,
        numbered=True, digits=1,
    )  # fmt: skip
    alike = stacked([shown[(place, place)] for place in range(len(NAMES))]).sum()
    agree = sheet.number("agree", "the same answer, %", alike, _formula(report, "sum of the diagonal"), digits=1)
    chance = (shares * others).sum() / 100
    sheet.number("chance", "by chance alone, %", chance, _formula(report, "Σ share·share / 100"), digits=1)
    sheet.text("agreement", "both seeds agree on", _known(report, lambda: _band(agree.number)))
    place = NAMES.index(shape)
    fill_word(sheet, report, shape, shares, others, shown[(place, place)])


def fill_flips(sheet: Sheet, report: Report | None, shape: str) -> None:
    """The fewest flips, the curve of more of them, and the drawings that stand out."""
    flips = None if report is None else report.flips
    fewest = sheet.vector(
        "flips", "fewest flips", NAMES, _numbers(flips and [f.fewest for f in flips], len(NAMES)), digits=0
    )
    sheet.bars("flip_bars", "until the answer changes", [(BarPanel("fewest flips", NAMES, digits=0), fewest)])
    fooling = flips and [None if f.fewest is None else f.changed[f.fewest] for f in flips]
    sheet.vector("fooling", "drawings so near", NAMES, _numbers(fooling, len(NAMES)), digits=0)
    n = constant(float(PIXELS))
    ways = stacked([n / 1, n * (n - 1) / 2, n * (n - 1) * (n - 2) / 6])
    sheet.vector("ways", "drawings with", WAYS, ways, "choices of so many of 25 pixels", digits=0)
    place = NAMES.index(shape)
    number, known = shape_numbers()[place], report is not None
    shown, farthest = (flips[place].shown, report.farthest[place]) if flips and report else (None, None)

    def fewest_flips() -> Picture:
        label = "flipped where marked"
        return beside_its_shape("fewest", label, shape, number, shown, "flips", known=known, marked=True)

    def unlike() -> Picture:
        label = "sure from 0.9, and as unlike as can be"
        return beside_its_shape("unlike", label, shape, number, farthest, "differ", known=known, marked=False)

    sheet.show("fewest", fewest_flips, counted=True)
    sheet.show("changed", lambda: changed_curve("changed", "% with another answer", report, shape), counted=True)
    at_all = None if flips is None else flips[place].changed[PIXELS]
    sheet.text("inverted", "with all 25 flipped", _known(report, lambda: "another" if at_all else "same"))
    sheet.show("surest", lambda: surest_picture("surest", "the surest of each class", report), counted=True)
    sheet.show("unlike", unlike, counted=True)
    apart = report and [None if example is None else example.flips for example in report.farthest]
    differ = sheet.vector("differ", "pixels that differ", NAMES, _numbers(apart or None, len(NAMES)), digits=0)
    sheet.text("unlikeness", "the farthest differs in", _known(report, lambda: _part(float(differ.values[place]))))


def _panel(whose: str) -> BarPanel:
    return BarPanel(whose, NAMES, high=100.0, digits=1)


def _counted(sheet: Sheet, name: str, values: object, labels: tuple[str, ...]) -> Cells:
    """Numbers that were counted, under a name to which shares lead back; NaN while they are not known."""
    found = _numbers(values, len(labels))
    return constant(found) if any(map(math.isnan, found)) else sheet.give(f"counted_{name}", found)


def _numbers(values: object, count: int) -> tuple[float, ...]:
    """The values, NaN where there is none."""
    if not isinstance(values, Sequence):
        return (math.nan,) * count
    return tuple(math.nan if value is None else float(value) for value in values)


def _percent(counts: Cells, drawings: Cells, report: Report | None) -> Cells:
    """Shares of all drawings; no arithmetic explains those that are not known yet."""
    shares = 100 * counts / drawings
    return shares if report is not None else constant(np.full(shares.values.shape, np.nan))


def _formula(report: Report | None, formula: str) -> str:
    return "" if report is None else formula


def _known(report: Report | None, word: Callable[[], str]) -> Callable[[], str]:
    return (lambda: UNKNOWN) if report is None else word


def _right(starts: Sequence[Example]) -> int:
    """How many of the five drawings are answered as what they are."""
    return sum(start.answer == place for place, start in enumerate(starts))


def _evenness(shares: Cells) -> str:
    """Whether the largest class has at most half as much again as a fair share."""
    return "even" if shares.values.max() <= 1.5 * 100 / len(NAMES) else "uneven"


def _part(pixels: float) -> str:
    """How many of the pixels, in words; of none if there is no such drawing."""
    return "none" if math.isnan(pixels) else "few" if pixels <= 5 else "half" if pixels <= 17 else "all"


def _band(percent: float) -> str:
    """A share in words."""
    return "few" if percent < 10 else "third" if 25 <= percent <= 42 else "most" if percent > 75 else "other"
