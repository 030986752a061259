"""Pooling: from which pixels a window's number comes, and which gradient each of them gets back."""

from __future__ import annotations

from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.expressions import largest, total
from tutor.engine.derivations.forms import Form, derived
from tutor.engine.derivations.rules.contract import LayerDerivation
from tutor.engine.derivations.rules.recorded import GRADIENT, RecordedLayer
from tutor.engine.derivations.rules.windows import Windows, windows_of


def _window(at: RecordedLayer, windows: Windows, row: int, h: int, w: int, channel: int) -> list[Cell]:
    """The pixels of the window at (h, w) that do not lie in the padding."""
    return [at.input(row, y, x, channel) for _, _, y, x in windows.pixels(h, w)]


def _winner(pixels: list[Cell]) -> Cell:
    """The largest pixel, or the first of several equal ones, which gets all of the gradient."""
    return max(pixels, key=lambda pixel: pixel.value)


def _max(at: RecordedLayer, cell: Cell) -> Derivation:
    row, h, w, channel = cell.index
    pixels = _window(at, windows_of(at), row, h, w, channel)
    formula = f"max of the window, which is {_winner(pixels).label}"
    return derived(cell, Form(formula, lambda n: largest(n.each(pixels))))


def _max_back(at: RecordedLayer, cell: Cell) -> Derivation:
    row, y, x, channel = cell.index
    windows = windows_of(at)
    won = [
        at.gradient("out", row, h, w, channel)
        for _, _, h, w in windows.over(y, x)
        if _winner(_window(at, windows, row, h, w, channel)).index == cell.index
    ]
    formula = "Σ ∂out of the windows whose largest it is" if won else "0: it is the largest of no window"
    return derived(cell, Form(formula, lambda n: total(n.each(won))))


def _average(at: RecordedLayer, cell: Cell) -> Derivation:
    row, h, w, channel = cell.index
    windows = windows_of(at)
    pixels = _window(at, windows, row, h, w, channel)
    formula = "Σ x / n over the window's n pixels"
    if windows.clipped_at(h, w):
        formula += " (those in the padding do not count)"
    return derived(cell, Form(formula, lambda n: total(n.each(pixels)) / n(len(pixels))))


def _average_back(at: RecordedLayer, cell: Cell) -> Derivation:
    row, y, x, channel = cell.index
    windows = windows_of(at)
    shares = [
        (at.gradient("out", row, h, w, channel), len(list(windows.pixels(h, w)))) for _, _, h, w in windows.over(y, x)
    ]
    formula = "Σ ∂out / n over the windows that it lies in" if shares else "0: it lies in no window"
    return derived(cell, Form(formula, lambda n: total([n(dy) / n(size) for dy, size in shares])))


def _global(at: RecordedLayer, cell: Cell) -> Derivation:
    row, channel = cell.index
    pixels = at.trace.channel(at.before, channel, row)
    return derived(cell, Form("Σ x / n over the channel's n pixels", lambda n: total(n.each(pixels)) / n(len(pixels))))


def _global_back(at: RecordedLayer, cell: Cell) -> Derivation:
    row, _, _, channel = cell.index
    dy = at.trace.cell(f"{GRADIENT}{at.name}.out", row, channel)
    pixels = at.input_shape[1] * at.input_shape[2]
    return derived(cell, Form("∂out / n, n the channel's pixels", lambda n: n(dy) / n(pixels)))


MAX_POOLING = LayerDerivation(_max, _max_back)
AVERAGE_POOLING = LayerDerivation(_average, _average_back)
GLOBAL_AVERAGE_POOLING = LayerDerivation(_global, _global_back)
