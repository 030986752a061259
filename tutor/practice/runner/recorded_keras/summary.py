"""``summary()`` as Keras prints it where the terminal's width is not known (``keras/src/utils/summary_utils.py``)."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from tutor.practice.runner.recorded_keras.layer import Layer

_WIDTHS = (31, 22, 13)
_HEADINGS = ("Layer (type)", "Output Shape", "Param #")


def summary_lines(name: str, layers: Sequence[Layer]) -> list[str]:
    """The lines: a table of the layers, and the counts."""
    lines = [f'Model: "{name}"', _rule("┏━┳┓"), _row(_HEADINGS, "┃"), _rule("┡━╇┩")]
    for number, layer in enumerate(layers):
        lines += [_rule("├─┼┤")] if number else []
        kind = f"{layer.name} ({type(layer).__name__})"
        shape, count = ("?", "0 (unbuilt)")
        if layer.built:
            shape, count = str(layer.output_shape), f"{layer.count_params():,}"
        cells = [textwrap.wrap(text, width) for text, width in zip((kind, shape, count), _WIDTHS, strict=True)]
        for at in range(max(map(len, cells))):
            lines.append(_row([each[at] if at < len(each) else "" for each in cells], "│"))
    lines.append(_rule("└─┴┘"))
    built = [layer for layer in layers if layer.built]
    trained, others = (sum(layer.count(each) for layer in built) for each in (True, False))
    counts = (("Total", trained + others), ("Trainable", trained), ("Non-trainable", others))
    return [*lines, *(f" {what} params: {count:,} ({_size(4 * count)})" for what, count in counts)]


def _rule(signs: str) -> str:
    first, line, between, last = tuple(signs)
    return first + between.join(line * (width + 2) for width in _WIDTHS) + last


def _row(cells: Sequence[str], edge: str) -> str:
    texts = (f"{text:<{width}}" for text, width in zip(cells[:2], _WIDTHS, strict=False))
    return edge + edge.join(f" {text} " for text in (*texts, f"{cells[2]:>{_WIDTHS[2]}}")) + edge


def _size(size: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            break
        size /= 1024
    return f"{size:.2f} {unit}"
