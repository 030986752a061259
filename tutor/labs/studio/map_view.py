"""The complete map as a view of the studio: every drawing of 25 pixels, asked of the network at a moment."""

from __future__ import annotations

import math

from tutor.complete_map.drawings import DRAWINGS
from tutor.complete_map.found import Example
from tutor.complete_map.report import Report
from tutor.complete_map.tally import CONFIDENCES
from tutor.datasets.shapes import NAMES
from tutor.labs.complete_map.numbers import fill_classes, fill_flips
from tutor.labs.complete_map.pictures import NONE, drawing_tile
from tutor.labs.kit.charts import BarPanel, Bars
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control
from tutor.labs.kit.labels import Label
from tutor.labs.kit.readouts import Picture
from tutor.labs.kit.sheet import Sheet
from tutor.labs.studio.machine import Machine
from tutor.labs.studio.maps import Maps
from tutor.training.shape_map import shape_numbers

MAP_NAMES = (
    "ask_all", "shape", "map_of", "by_class", "counts", "shares", "by_confidence", "confident", "sure", "above",
    "flipped", "flips", "flip_bars", "fooling", "fewest", "changed", "surest", "unlike", "differ",
)  # fmt: skip
"""Controls and readouts of a complete map."""


def map_controls() -> tuple[Control, ...]:
    """Asking, and one of the shapes."""
    return (
        ActionControl("ask_all", "ask about all drawings", "m", "ask the network of this moment; press again to stop"),
        ChoiceControl("shape", "shape", NAMES, NAMES[0], "whose nearest and farthest drawings are shown"),
    )


def fill_map(sheet: Sheet, machine: Machine, maps: Maps, shape: str) -> None:
    """How far, which moment; the classes, the confidences, the fewest flips of each shape."""
    known = maps.of(machine)
    report = None if known is None else known.report
    sheet.text("asked", "every drawing", lambda: maps.progress(machine))
    sheet.text("map_of", "the map is of", lambda: maps.age(machine))
    fill_classes(sheet, report, maps.heading(machine))
    fill_flips(sheet, report, shape)
    sheet.show("confident", lambda: _confident(report), lambda at: ("above", (at[1],)))
    sheet.show("flipped", lambda: _flipped(report), counted=True)


def _confident(report: Report | None) -> Bars:
    """How many per cent of all drawings are answered how surely; the labels are short, to stand beside the classes."""
    shares = [math.nan] * len(CONFIDENCES) if report is None else [100 * above / DRAWINGS for above in report.above]
    panel = BarPanel("confidence from", tuple(map(str, CONFIDENCES)), tuple(shares), high=100.0, digits=2)
    return Bars("confident", "% of all drawings", (panel,))


def _flipped(report: Report | None) -> Picture:
    """For each shape the drawing with the fewest flips that has another answer, and which."""
    nearest = [None] * len(NAMES) if report is None else [flips.shown for flips in report.flips]
    tiles = tuple(
        drawing_tile(Label(_says(shape, report, shown), shape), number if shown is None else shown.number, number)
        for shape, number, shown in zip(NAMES, shape_numbers(), nearest, strict=True)
    )
    return Picture("flipped", "fewest flips to another answer", tiles, digits=0, gallery=True)


def _says(shape: str, report: Report | None, shown: Example | None) -> str:
    """What the network calls the drawing near to a shape."""
    if shown is None:
        return shape if report is None else NONE
    return f"→{NAMES[shown.answer]}"
