"""``summary()`` with the columns and the counts of Keras (``keras/src/utils/summary_utils.py``).

Without its frame: that would break in the narrow column of a verdict, and a screen reader would spell it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tutor.practice.runner.recorded_keras.layer import Layer

_HEADINGS = ("Layer (type)", "Output Shape", "Param #")


def summary_lines(name: str, layers: Sequence[Layer]) -> list[str]:
    """The lines: a table of the layers, and the counts."""
    rows = [_HEADINGS, *map(_cells, layers)]
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    table = [f"{kind:<{wide[0]}}  {shape:<{wide[1]}}  {count:>{wide[2]}}" for kind, shape, count in rows]
    built = [layer for layer in layers if layer.built]
    trained, others = (sum(layer.count(each) for layer in built) for each in (True, False))
    counts = (("Total", trained + others), ("Trainable", trained), ("Non-trainable", others))
    return [f'Model: "{name}"', *table, *(f"{what} params: {count:,} ({_size(4 * count)})" for what, count in counts)]


def _cells(layer: Layer) -> tuple[str, str, str]:
    kind = f"{layer.name} ({type(layer).__name__})"
    return (kind, str(layer.output_shape), f"{layer.count_params():,}") if layer.built else (kind, "?", "0 (unbuilt)")


def _size(size: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            break
        size /= 1024
    return f"{size:.2f} {unit}"
