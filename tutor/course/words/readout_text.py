"""Readouts and controls as lines of plain text, for faces that print."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from tutor.course.words.drawing_text import drawing_in_words
from tutor.course.words.picture_text import picture_lines
from tutor.course.words.printed_page import Page, aligned, label_text, number_text, wrapped
from tutor.engine.derivations.derivation import Derivation, show
from tutor.labs.kit.charts import Bars, DotPlot, Scatter
from tutor.labs.kit.controls import (
    ActionControl,
    ChoiceControl,
    Control,
    GridControl,
    MatrixControl,
    NumberControl,
    TextControl,
    Value,
    VectorControl,
)
from tutor.labs.kit.readouts import (
    Arithmetic,
    Code,
    Curve,
    Graph,
    Matrix,
    Network,
    Number,
    Picture,
    Readout,
    Series,
    Table,
    Text,
    Vector,
)
from tutor.language.catalogue import _

CURVE_ROWS = 10


def readout_lines(readout: Readout, page: Page) -> tuple[str, ...]:
    """The readout under its label and its name for commands."""
    first = heading(readout.label, readout.name)
    match readout:
        case Number():
            unit = f" {readout.unit}" if readout.unit else ""
            return wrapped(f"{first}: {number_text(readout.value, readout.digits)}{unit}", page)
        case Text():
            return wrapped(f"{first}: {readout.value or 'nothing'}", page)
        case Vector():
            return wrapped(f"{first}: {_row_text(readout.labels, readout.values, readout.digits)}", page)
        case Matrix() if readout.picture and readout.low == 0:
            return (f"{first}:", *_pixels(readout.values, readout.high, page))
        case Matrix():
            return (
                f"{first}:",
                *_matrix(readout.row_labels, readout.column_labels, readout.values, readout.digits, page),
            )
        case Table():
            rows = [[_cell(cell, readout.digits) for cell in row] for row in readout.rows]
            return (f"{first}:", *aligned(readout.columns, rows, page))
        case Curve():
            return (f"{first}:", *_curve(readout, page))
        case Network():
            layers = (f"  {view.name}: {_row_text(view.labels, view.values, 4)}" for view in readout.layers)
            return (f"{first}:", *(line for layer in layers for line in wrapped(layer, page, "    ")))
        case Graph() | Bars() | DotPlot() | Scatter():
            return (
                f"{first}:",
                *(line for each in drawing_in_words(readout) for line in wrapped(f"  {each}", page, "    ")),
            )
        case Picture():
            return (f"{first}:", *picture_lines(readout, page))
        case Code():
            return (f"{first}:", *(f"  {line}" for line in readout.source.splitlines()))
        case Arithmetic():
            return (f"{first}:", *derivation_lines(readout.derivation, page, readout.called))


def derivation_lines(derivation: Derivation, page: Page, name: str = "") -> tuple[str, ...]:
    """The formula, the formula with its numbers, the value. ``name`` replaces the cell's name of the number."""
    lines = (f"  {name or derivation.cell.label} = {derivation.formula}", f"  = {derivation.numbers}")
    return (
        *(part for line in lines for part in wrapped(line, page, "      ")),
        f"  = {number_text(derivation.value)}",
    )


def control_lines(control: Control, value: Value | None, page: Page, *, bounds: bool = True) -> tuple[str, ...]:
    """The control's value and, with ``bounds``, the valid values. An action has no value."""
    first = heading(control.label, control.name)
    if isinstance(control, ActionControl):
        return wrapped(f"press {control.name}: {control.help or control.label}", page)
    limits = f"; {control.limits(show)}" if bounds else ""
    match control:
        case ChoiceControl() | TextControl():
            return wrapped(f"{first}: {value}{limits}", page)
        case NumberControl():
            assert isinstance(value, int | float)
            return wrapped(f"{first}: {number_text(value)}{limits}", page)
        case VectorControl():
            numbers = _row_text(control.labels, _numbers(value), 6) or "none"
            return wrapped(f"{first}: {numbers}{limits}", page)
        case MatrixControl():
            rows = _rows(value)
            return (f"{first}{limits}:", *_matrix(control.row_labels, control.column_labels, rows, 6, page))
        case GridControl():
            return (
                _("{first}, {rows} rows of {columns}:").format(first=first, rows=control.rows, columns=control.columns),
                *_pixels(_rows(value), 1.0, page),
            )


def heading(label: str, name: str) -> str:
    """The label, and the name for commands if it differs."""
    return name if label in (name, "") else f"{label} ({name})"


def _numbers(value: object) -> tuple[float, ...]:
    assert isinstance(value, tuple)
    return value


def _rows(value: object) -> tuple[tuple[float, ...], ...]:
    assert isinstance(value, tuple)
    return value


def _cell(value: str | float, digits: int) -> str:
    return value if isinstance(value, str) else number_text(value, digits)


def _row_text(labels: Sequence[str], values: Sequence[float], digits: int) -> str:
    texts = [number_text(v, digits) for v in values]
    if not labels:
        return ", ".join(texts)
    return ", ".join(f"{label_text(label)} {text}" for label, text in zip(labels, texts, strict=True))


def _pixels(rows: Iterable[Sequence[float]], high: float, page: Page) -> tuple[str, ...]:
    """One character per pixel; a grey is given in tenths, 1 to 9."""

    def pixel(value: float) -> str:
        tenths = round(10 * value / high)
        return page.off if tenths <= 0 else page.on if tenths >= 10 else str(tenths)

    return tuple("  " + "".join(pixel(value) for value in row) for row in rows)


def _matrix(
    row_labels: Sequence[str], column_labels: Sequence[str], values: Sequence[Sequence[float]], digits: int, page: Page
) -> tuple[str, ...]:
    rows = [[label, *(number_text(v, digits) for v in row)] for label, row in zip(row_labels, values, strict=True)]
    return aligned(("", *column_labels), rows, page)


def plane_in_words(curve: Curve) -> list[str]:
    """The points of each line in a plane, from its first to its last."""
    sentences = [f"→ {curve.x_label}, ↑ {curve.y_label}"]
    to = _(" to ")
    for series in curve.series:
        points = (f"({number_text(x)}, {number_text(y)})" for x, y in zip(series.xs, series.ys, strict=True))
        sentences.append(f"{series.label}: {to.join(points)}")
    return sentences


def _curve(curve: Curve, page: Page) -> tuple[str, ...]:
    """About ``CURVE_ROWS`` rows: the first x, the last, and evenly spaced ones between. In a plane the points."""
    if curve.y_label:
        return tuple(line for each in plane_in_words(curve) for line in wrapped(f"  {each}", page, "    "))
    own = [series for series in curve.own if series.xs] or curve.series
    longest = max(own, key=lambda s: len(s.xs), default=None)
    if longest is None or not longest.xs:
        return (_("  no points yet"),)
    last = len(longest.xs) - 1
    places = sorted({round(i * last / (CURVE_ROWS - 1)) for i in range(CURVE_ROWS)})
    rows = [[f"{longest.xs[i]:g}".replace("-", "−"), *(_at(s, longest.xs[i]) for s in curve.series)] for i in places]
    lines = aligned((curve.x_label, *(s.label for s in curve.series)), rows, page)
    if curve.marker is None:
        return lines
    x, y = curve.marker
    what = _("marked, {label}").format(label=curve.marker_label) if curve.marker_label else "marked"
    return (*lines, f"  {what}: {curve.x_label} {number_text(x)}, {number_text(y)}")


def _at(series: Series, x: float) -> str:
    """The series' value at its x nearest to ``x``; empty beyond its ends."""
    if not series.xs or not series.xs[0] <= x <= series.xs[-1]:
        return "–"
    right = bisect_left(series.xs, x)
    left = max(right - 1, 0)
    nearest = right if series.xs[right] - x <= x - series.xs[left] else left
    return number_text(series.ys[nearest], 4)
