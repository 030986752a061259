"""``dl-tutor map``: a network's answer to every black-and-white drawing of 5×5 pixels, and what follows from them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any, Protocol

from tutor.commands.console.failures import refuse
from tutor.commands.console.following import heeding_interrupts
from tutor.commands.console.printing import answer, answer_json, tell
from tutor.complete_map.drawings import DRAWINGS, PIXELS, pixels_of
from tutor.complete_map.fewest_flips import FewestFlips
from tutor.complete_map.found import Example
from tutor.complete_map.report import MapWork, Report
from tutor.complete_map.stages import CannotMap, StagedNetwork, staged
from tutor.complete_map.tally import CONFIDENCES, SURE
from tutor.datasets.errors import DataError, escaped
from tutor.datasets.shapes import NAMES, SIDE
from tutor.engine.parameters import views
from tutor.engine.validation import SpecError
from tutor.training.saved.atomic_write import FileError
from tutor.training.saved.model_file import load_network
from tutor.training.shape_map import MODEL, shape_numbers, trained_shapes

INTERRUPTED = 130


@dataclass(frozen=True, eq=False)
class Asked:
    """A network to map: how to call it, its classes by name, and its stages."""

    title: str
    names: tuple[str, ...]
    network: StagedNetwork

    @property
    def tells_shapes(self) -> bool:
        """Whether it has a class for each of the five shapes."""
        return len(self.names) == len(NAMES)


def run(given: argparse.Namespace) -> int:
    """Print the map as sentences and drawings, or with ``--json`` as one object."""
    try:
        if given.model is not None and given.seed is not None:
            raise SpecError("FILE is a trained network, and --seed trains another: give one of the two")
        asked = network_to_map(given.seed or 0 if given.model is None else given.model)
        other = None if given.against is None else network_to_map(given.against)
        shapes = shape_numbers()
        measured = shapes if asked.tells_shapes and (other is None or other.tells_shapes) else ()
        work = MapWork(asked.network, shapes, measured, None if other is None else other.network)
    except (CannotMap, DataError, SpecError, FileError) as error:
        return refuse(error)
    try:
        with heeding_interrupts() as interrupted, _progress(hidden=given.json) as show:
            while not (work.finished or interrupted()):
                work.go_on()
                show(work.share)
    finally:
        work.close()
    if not work.finished:
        tell(f"stopped after {work.share:.0%} of the drawings; the map needs all of them")
        return INTERRUPTED
    report = work.report()
    if given.json:
        answer_json(_plain(asked, other, report))
    else:
        for line in _lines(asked, other, report):
            answer(line)
    return 0


def network_to_map(which: int | Path) -> Asked:
    """The shapes network trained as in its lesson at a seed, or a saved one.

    Raises ``CannotMap``, ``DataError``, ``SpecError`` or ``FileError``.
    """
    if isinstance(which, int):
        return Asked(f"{MODEL} of seed {which}", NAMES, trained_shapes(which))
    saved = load_network(which)
    if saved.gives_back:
        raise CannotMap(f"{which}: {saved.spec.name} gives drawings back and has no classes; a map counts classes")
    try:
        network = staged(saved.spec, views(saved.spec, saved.theta, saved.moving))
    except CannotMap as cannot:
        raise CannotMap(f"{which}: {cannot}") from None
    return Asked(escaped(str(which)), tuple(map(escaped, saved.classes)), network)


class _Show(Protocol):
    def __call__(self, share: float) -> None: ...


@contextmanager
def _progress(*, hidden: bool) -> Iterator[_Show]:
    """A bar on standard error while the block runs, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("drawings"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=hidden or not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share: bar.update(task, completed=share)


# In words


def _lines(asked: Asked, other: Asked | None, report: Report) -> Iterator[str]:
    yield f"{asked.title} was asked about all {DRAWINGS:,} black-and-white drawings of {SIDE}×{SIDE} pixels."
    yield f"It took {report.seconds:.1f} seconds."
    for name, count in zip(asked.names, report.counts, strict=True):
        yield f"{name}: {_counted(count, 'drawing')}, {_share(count)}."
    for confidence, count in zip(CONFIDENCES, report.above, strict=True):
        yield f"With a confidence of at least {confidence}: {_counted(count, 'drawing')}, {_share(count)}."
    yield ""
    yield "The fewest pixels to flip until the answer changes; with fewer, no drawing has another answer."
    for shape, flips in zip(NAMES, report.flips, strict=True):
        yield from _flips_lines(asked, shape, flips)
    for name, example in zip(asked.names, report.surest, strict=True):
        if example is not None:
            yield ""
            yield f"Most surely {name}, with a confidence of {example.confidence:.4f}:"
            yield from drawn(example.number)
    for name, example in zip(asked.names, report.farthest, strict=True):
        if example is not None:
            yield ""
            yield (
                f"Surely {name}, with a confidence of {example.confidence:.4f}, and unlike it: "
                f"{example.flips} of {PIXELS} pixels differ from the {name} of the training."
            )
            yield from drawn(example.number)
    if other is not None and report.against is not None:
        yield ""
        yield from _against_lines(asked, other, report)


def _flips_lines(asked: Asked, shape: str, flips: FewestFlips) -> Iterator[str]:
    yield ""
    start, shown = flips.start, flips.shown
    read = f"{shape} is answered {asked.names[start.answer]} with a confidence of {start.confidence:.4f}"
    if shown is None or shown.flips is None:
        yield f"{read}, and so is every other drawing."
        return
    count = flips.changed[shown.flips]
    yield (
        f"{read}: {_counted(shown.flips, 'flip')}, by which {count:,} of {comb(PIXELS, shown.flips):,} drawings "
        f"{'has' if count == 1 else 'have'} another answer."
    )
    yield f"This one is answered {asked.names[shown.answer]} with {shown.confidence:.4f}; flipped {_places(flips)}:"
    yield from drawn(shown.number)


def _against_lines(asked: Asked, other: Asked, report: Report) -> Iterator[str]:
    assert report.against is not None
    alike = report.against.alike
    yield f"{asked.title} and {other.title} have the same answer to {_counted(alike, 'drawing')}, {_share(alike)}."
    for name, count in zip(other.names, report.other_counts, strict=True):
        yield f"{name} by {other.title}: {_counted(count, 'drawing')}, {_share(count)}."


def _counted(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def _share(count: int) -> str:
    """A share of all drawings, with three digits however small it is."""
    return f"{100 * count / DRAWINGS:.3g} %"


def _places(flips: FewestFlips) -> str:
    """The flipped pixels, such as ``row 1 column 3``."""
    assert flips.shown is not None
    places = [place for place in range(PIXELS) if (flips.start.number ^ flips.shown.number) >> place & 1]
    return ", ".join(f"row {place // SIDE + 1} column {place % SIDE + 1}" for place in places)


def drawn(number: int) -> tuple[str, ...]:
    """A drawing as lines of # and . for a filled and an empty pixel."""
    pixels = pixels_of(number).reshape(SIDE, SIDE)
    return tuple("".join("#" if pixel else "." for pixel in row) for row in pixels)


# For programs


def _plain(asked: Asked, other: Asked | None, report: Report) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "network": asked.title,
        "names": asked.names,
        "drawings": DRAWINGS,
        "counts": report.counts,
        "above": [
            {"confidence": confidence, "drawings": count, "share": count / DRAWINGS}
            for confidence, count in zip(CONFIDENCES, report.above, strict=True)
        ],
        "fewest_flips": [
            {
                "shape": shape,
                "class": flips.start.answer,
                "confidence": flips.start.confidence,
                "flips": flips.fewest,
                "drawings": 0 if flips.fewest is None else flips.changed[flips.fewest],
                "changed": flips.changed,
                "shown": _plain_example(flips.shown),
            }
            for shape, flips in zip(NAMES, report.flips, strict=True)
        ],
        "surest": list(map(_plain_example, report.surest)),
        "farthest": list(map(_plain_example, report.farthest)),
        "farthest_confidence": SURE,
        "seconds": report.seconds,
    }
    if other is not None and report.against is not None:
        whole["against"] = {
            "network": other.title,
            "counts": report.other_counts,
            "alike": report.against.alike,
            "share": report.against.share,
            "pairs": report.against.counts,
        }
    return whole


def _plain_example(example: Example | None) -> dict[str, Any] | None:
    if example is None:
        return None
    return {
        "drawing": drawn(example.number),
        "class": example.answer,
        "confidence": example.confidence,
        "flips": example.flips,
    }
