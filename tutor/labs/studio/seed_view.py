"""The band of seeds: its median and range behind the run's own curve, where the run lies in it, and A against B."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from tutor.labs.kit.charts import DotPlot, DotRow
from tutor.labs.kit.readouts import Curve, Series, Vector
from tutor.labs.kit.sheet import Sheet
from tutor.labs.studio.bands import Bands
from tutor.labs.studio.machine import Machine, PastRun
from tutor.labs.studio.run_view import loss_points
from tutor.studio.seed_statistics import Array, Spread, better_than, paired, third
from tutor.studio.seeds import Band, has_test_rows
from tutor.training.history import reduce_extremes

FEWEST = 2
"""The seeds from which on there is a band to see."""
MOST_POINTS = 500
NAN = math.nan
"""Always this one: readouts without numbers yet are then equal, and are not painted again."""
NO_BAND = "no band yet. Train for some epochs, then press band: the same run from many seeds, and where yours lies"
NO_PAIR = (
    "this run has no band yet. Press band for one run, change a setting, train as long and press band again: then each "
    "seed of this run is compared with the same seed of the run chosen"
)
"""As long as the sentences that take their places: a screen gives them their room when it opens."""
STANDING = ("now", "lowest", "25 %", "median", "75 %", "highest")
DIFFERENCE = ("mean", "from", "to")
_LUCK = (
    "in the best third, a lucky seed",
    "in the middle third, a usual seed",
    "in the worst third, an unlucky seed",
)


@dataclass(frozen=True, eq=False)
class _Seeds:
    """A run with its band."""

    run: PastRun
    band: Band

    @property
    def losses(self) -> Array:
        """Of the seeds that are done: (seeds, epochs)."""
        return self.band.losses

    @cached_property
    def own(self) -> tuple[int, float]:
        """The last epoch that both the run and the band have, and the run's loss there; (0, NaN) for none."""
        known = [(int(x), y) for x, y in zip(*loss_points(self.run), strict=True) if x <= self.band.epochs]
        return known[-1] if known else (0, NAN)

    @property
    def others(self) -> Array:
        """The losses of the other seeds at that epoch: of all, if the run's own is not among them."""
        column = self.losses[:, self.own[0] - 1]
        return np.delete(column, self.run.experiment.seed) if self._is_member else column

    @property
    def _is_member(self) -> bool:
        return self.run.experiment.seed < len(self.losses)


def fill_seeds(sheet: Sheet, machine: Machine, bands: Bands, chosen: int) -> None:
    """The progress, the curve, what it says of the present run, and that against the past run chosen, from 0."""

    def standing() -> Vector:
        return Vector("standing", _at_epoch("loss", mine), STANDING, _standing(mine))

    def difference() -> Vector:
        return Vector("difference", f"loss − loss of run {chosen + 1}", DIFFERENCE, _difference(mine, other))

    present = PastRun(machine.experiment, machine.timeline)
    band = bands.of(machine.experiment)
    mine = _seeds_of(present, bands)
    other = _seeds_of(machine.past[chosen], bands) if chosen < len(machine.past) else None
    sheet.text("progress", "band", _progress(band))
    if band is not None and band.busy:
        sheet.text("status", "run", f"{machine.status}; {_progress(band)}")
    sheet.show("seed_curve", lambda: _curve(present, mine, other, chosen), counted=True)
    sheet.text("luck", "luck", lambda: NO_BAND if mine is None else _luck(mine))
    sheet.show("standing", standing, counted=True)
    sheet.show("ends", lambda: _ends(mine, other, chosen), counted=True)
    sheet.text("better", f"against run {chosen + 1}", lambda: _better(mine, other, chosen))
    sheet.show("difference", difference, counted=True)


def _seeds_of(run: PastRun, bands: Bands) -> _Seeds | None:
    band = bands.of(run.experiment)
    return None if band is None or band.done < FEWEST else _Seeds(run, band)


def _progress(band: Band | None) -> str:
    if band is None:
        return "none yet"
    stops = ""
    if band.stops:
        seed, why = next(iter(band.stops.items()))
        stops = f"; {len(band.stops)} could not go on, the first of them seed {seed}: {why}"
    if band.busy or band.done < band.seeds:
        return f"{band.done} of {band.seeds} seeds{'' if band.busy else ', stopped'}{stops}"
    return f"{band.done} seeds up to epoch {band.epochs:,}{stops}"


def _curve(present: PastRun, mine: _Seeds | None, other: _Seeds | None, chosen: int) -> Curve:
    lines: list[Series] = []
    for seeds, whose in ((mine, ""), (other, f", run {chosen + 1}")):
        if seeds is None or (seeds is other and mine is not None and other.band is mine.band):
            continue
        lines += _band_lines(seeds.band.spread, whose)
    # The last line is drawn over the others.
    lines.append(Series("this run", *loss_points(present)))
    rows = "test" if has_test_rows(present.experiment) else "training"
    count = f", {mine.band.done} seeds" if mine is not None else ""
    return Curve("seed_curve", f"loss on {rows} rows{count}", "epoch", tuple(lines))


@lru_cache(maxsize=4)
def _band_lines(spread: Spread, whose: str) -> tuple[Series, Series, Series]:
    return (
        _line(f"median{whose}", spread.median),
        _line(f"lowest{whose}", spread.lowest, "edge"),
        _line(f"highest{whose}", spread.highest, "edge"),
    )


def _line(label: str, values: Array, kind: str = "line") -> Series:
    xs = tuple(range(1, len(values) + 1))
    kept = tuple(value if math.isfinite(value) else NAN for value in values.tolist())
    return Series(label, *reduce_extremes(xs, kept, MOST_POINTS), kind)


def _at_epoch(what: str, seeds: _Seeds | None) -> str:
    return f"{what} after epoch {seeds.own[0]:,}" if seeds is not None and seeds.own[0] else what


def _standing(seeds: _Seeds | None) -> tuple[float, ...]:
    if seeds is None or not seeds.own[0]:
        return (NAN,) * len(STANDING)
    (epoch, own), all_of = seeds.own, seeds.band.spread
    parts = (all_of.lowest, all_of.quarter, all_of.median, all_of.three_quarters, all_of.highest)
    return own, *(float(part[epoch - 1]) for part in parts)


def _luck(seeds: _Seeds) -> str:
    epoch, own = seeds.own
    others = seeds.others
    if not epoch or not len(others):
        return "this run has no epoch yet"
    better, total = better_than(own, others), len(others)
    words = "the best of all" if better == total else _LUCK[third(own, others)]
    if not better and third(own, others) == 2:
        words = "the worst of all"
    return f"after epoch {epoch:,} your run is better than {better} of {total} other seeds: {words}"


def _ends(seeds: _Seeds | None, other: _Seeds | None, chosen: int) -> DotPlot:
    """The losses where the run is compared: each seed a dot, and the run's own; or those of the run chosen."""
    if seeds is None or not seeds.own[0]:
        return DotPlot("ends", "each seed's loss", (DotRow("seeds", ()), DotRow("this run", ())))
    epoch, own = seeds.own
    rows = _dots("seeds", seeds, epoch), DotRow("this run", ("loss",), (own,))
    if other is not None and not _why_no_pair(seeds, other, chosen) and epoch <= other.band.epochs:
        rows = _dots("now", seeds, epoch), _dots(f"run {chosen + 1}", other, epoch)
    return DotPlot("ends", _at_epoch("each seed's loss", seeds), rows)


def _dots(label: str, seeds: _Seeds, epoch: int) -> DotRow:
    column = seeds.losses[:, epoch - 1].tolist()
    return DotRow(label, tuple(f"seed {seed}" for seed in range(len(column))), tuple(column))


def _pair(mine: _Seeds | None, other: _Seeds | None) -> tuple[Array, Array, int] | None:
    """Both experiments' losses from the same seeds after the same epoch, and that epoch."""
    if mine is None or other is None:
        return None
    seeds, epoch = min(len(mine.losses), len(other.losses)), min(mine.band.epochs, other.band.epochs)
    return mine.losses[:seeds, epoch - 1], other.losses[:seeds, epoch - 1], epoch


def _difference(mine: _Seeds | None, other: _Seeds | None) -> tuple[float, ...]:
    pair = None if _why_no_pair(mine, other, 0) else _pair(mine, other)
    if pair is None:
        return (NAN,) * len(DIFFERENCE)
    found = paired(pair[0], pair[1])
    return found.mean, found.low, found.high


def _why_no_pair(mine: _Seeds | None, other: _Seeds | None, chosen: int) -> str:
    """Why A cannot be compared with B, as words; empty if it can."""
    if mine is None:
        return NO_PAIR
    if other is None:
        return f"run {chosen + 1} has no band yet"
    if mine.band is other.band:
        return f"run {chosen + 1} has the same band: as far as it goes, both are the same experiment"
    if mine.run.experiment.loss != other.run.experiment.loss:
        return f"run {chosen + 1} has another loss function: the numbers cannot be compared"
    if has_test_rows(mine.run.experiment) != has_test_rows(other.run.experiment):
        return "one has test rows and the other has none: the numbers cannot be compared"
    return ""


def _better(mine: _Seeds | None, other: _Seeds | None, chosen: int) -> str:
    why_not, pair = _why_no_pair(mine, other, chosen), _pair(mine, other)
    if why_not or pair is None:
        return why_not
    found, epoch = paired(pair[0], pair[1]), pair[2]
    sentence = f"after epoch {epoch:,} this experiment is better on {found.better} of {found.seeds} seeds"
    if math.isnan(found.mean):
        return f"{sentence}; no mean, because some runs could not go on"
    how = "lower" if found.mean < 0 else "higher"
    sentence += f", its loss {_text(abs(found.mean))} {how} on average"
    sentence += f", 95 % t interval of the difference {_text(found.low)} to {_text(found.high)}"
    return f"{sentence}: {'probably more than chance' if found.is_decided else 'these seeds do not decide it'}"


def _text(number: float) -> str:
    return f"{number:.3g}".replace("-", "−")
