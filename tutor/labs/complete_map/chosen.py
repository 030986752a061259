"""The numbers of the chosen shape and its word, of a drawing's size, and of so many flips."""

from __future__ import annotations

import math

from tutor.complete_map.drawings import PIXELS
from tutor.complete_map.report import Report
from tutor.complete_map.tally import CONFIDENCES
from tutor.datasets.shapes import NAMES
from tutor.engine.derivations.cells import Cells, constant, power
from tutor.labs.complete_map.pictures import NONE, UNKNOWN
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.sheet import Sheet

A_SECOND = 10_000_000
"""Drawings asked about in a second, by a computer that is in no hurry."""
MINUTE, DAY, YEAR = 60.0, 86_400.0, 31_557_600.0
LIFE = 100 * YEAR


def fill_chosen(sheet: Sheet, report: Report | None, shape: str) -> None:
    """The size of another picture; so many flips of the chosen shape; how surely it and its like are answered."""
    fill_size(sheet)
    fill_ways(sheet, report, shape)
    fill_taught(sheet, report, shape)


def fill_size(sheet: Sheet) -> None:
    """How long all drawings of ``side``×``side`` pixels take at ``A_SECOND``."""
    side = sheet["side"]
    pixels = sheet.number("pixels_then", "pixels", side * side, "side·side", digits=0)
    drawings = sheet.let("drawings_then", power(constant(2.0), pixels), "2^pixels")
    seconds = sheet.number("seconds_then", "seconds at 10^7 a second", drawings / A_SECOND, "2^pixels / 10^7", digits=3)
    sheet.text("takes", "that is", lambda: duration(seconds.number))


def duration(seconds: float) -> str:
    """A time in words: seconds, hours, years, or more than a life."""
    bounds = (MINUTE, "seconds"), (DAY, "hours"), (LIFE, "years")
    return next((word for bound, word in bounds if seconds < bound), "ages")


def fill_ways(sheet: Sheet, report: Report | None, shape: str) -> None:
    """How many drawings have so many of the 25 pixels flipped, how many have one more, how many a different answer."""
    flipped = int(sheet["flipped"].number)
    left = sheet.number("left_to_flip", "pixels not flipped", PIXELS - sheet["flipped"], "25 − flipped", digits=0)
    ways = sheet.number("ways_now", "drawings with so many", float(math.comb(PIXELS, flipped)), digits=0)
    more = ways * left / (sheet["flipped"] + 1)
    sheet.number("ways_next", "with one more", more, "drawings·left / (flipped + 1)", digits=0)
    share = math.nan if report is None else 100 * report.flips[NAMES.index(shape)].shares[flipped]
    sheet.number("changed_at", "% with another answer", share, digits=1)


def fill_word(sheet: Sheet, report: Report | None, shape: str, shares: Cells, others: Cells, both: Cells) -> None:
    """How often both networks use the word of the shape; ``shares`` and ``others`` (5,), ``both`` a number, in %."""
    place, known = NAMES.index(shape), report is not None
    first = sheet.number("its_share", "its word, % of all", shares[place], "share" if known else "", digits=1)
    sheet.number("fair_share", "a fifth, %", constant(100.0) / len(NAMES), "100 / 5", digits=1)
    other = sheet.number(
        "its_other_share", "by the other seed", others[place], "other share" if known else "", digits=1
    )
    alike = sheet.number("its_both", "by both, %", both, "pair" if known else "", digits=1)
    sheet.number("its_chance", "by both by chance", first * other / 100, "share·share / 100" if known else "", digits=2)
    sheet.number("of_those", "% of its own", 100 * alike / first, "100·both / share" if known else "", digits=1)


def fill_taught(sheet: Sheet, report: Report | None, shape: str) -> None:
    """The confidences in the five taught drawings, and the chosen one beside the drawings that the map found."""
    place = NAMES.index(shape)
    flips = None if report is None else report.flips[place]
    farthest = None if report is None else report.farthest[place]
    found = [math.nan] * len(NAMES) if report is None else [f.start.confidence for f in report.flips]
    taught = sheet.vector("taught", "the taught five", NAMES, tuple(found), digits=3)
    sheet.bars("taught_bars", "confidence", [(BarPanel("the taught five", NAMES, high=1.0), taught)])
    confidence = sheet.number("taught_p", "the taught one", found[place])
    sheet.text("keeps_it", "answers it from", UNKNOWN if report is None else threshold_for(confidence.number))
    fewest = math.nan if flips is None or flips.fewest is None else float(flips.fewest)
    sheet.number("fewest_of_it", "fewest flips of it", fewest, digits=0)
    shown = None if flips is None else flips.shown
    sheet.text(
        "becomes", "it is then called", UNKNOWN if report is None else NONE if shown is None else NAMES[shown.answer]
    )
    sheet.number("unlike_p", "the least alike", math.nan if farthest is None else farthest.confidence)


def threshold_for(confidence: float) -> str:
    """The highest of the map's thresholds at which a drawing with that confidence is still answered."""
    return next((f"{bound:g}" for bound in reversed(CONFIDENCES) if confidence >= bound), "none")
