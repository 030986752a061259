"""The report as JSON, as CSV, and in the forms that the grade books of Moodle and Canvas import."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Literal

from tutor.classroom.homework_grades import HomeworkRow
from tutor.classroom.report import ReportRow

Form = Literal["rows", "moodle", "canvas"]
Row = ReportRow | HomeworkRow
FORMS: tuple[Form, ...] = ("rows", "moodle", "canvas")
CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE = "    Points Possible"
"""Canvas writes the second row of its own exports so, blanks included."""
# A spreadsheet takes a cell that begins so for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def report_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows for programs, with ``percent``."""
    return [
        {**{name: _plain(getattr(row, name)) for name in _names(type(row))}, "percent": _round(row.percent)}
        for row in rows
    ]


def report_csv(rows: Sequence[Row], form: Form = "rows", kind: type[Row] = ReportRow) -> str:
    """The rows as CSV (RFC 4180): one for each learner and lesson, or one for each learner with a column for each.

    ``moodle``: the column ``username``, and a column of percentages for each lesson and exercise. ``canvas``: its five
    columns of who it is, of which ``SIS Login ID`` has the name, and the same with the points possible below.
    ``kind`` is that of the rows.
    """
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    if form == "rows":
        table.writerow([*_names(kind), "percent"])
        for row in rows:
            table.writerow([*(_cell(_plain(getattr(row, name))) for name in _names(kind)), _round(row.percent)])
        return written.getvalue()
    items = list(dict.fromkeys(_item(row) for row in rows))
    by_learner: dict[str, dict[str, float]] = {}
    for row in rows:
        by_learner.setdefault(row.learner, {})[_item(row)] = _round(row.percent)
    if form == "moodle":
        table.writerow(["username", *map(_cell, items)])
    else:
        table.writerow([*CANVAS_COLUMNS, *map(_cell, items)])
        table.writerow([POINTS_POSSIBLE, *("" for _ in CANVAS_COLUMNS[1:]), *(100 for _ in items)])
    for learner, percents in by_learner.items():
        name = _cell(learner)
        who = [name] if form == "moodle" else [name, "", "", name, ""]
        table.writerow([*who, *(percents.get(item, "") for item in items)])
    return written.getvalue()


def _item(row: Row) -> str:
    """The name of a column: ids are unique, and stay as they are when a title changes."""
    return f"dl-tutor {'' if row.kind == 'lesson' else f'{row.kind} '}{row.id}"


def _names(kind: type[Row]) -> list[str]:
    return [each.name for each in fields(kind)]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return _round(value) if isinstance(value, float) else value


def _round(value: float) -> float:
    return round(value, 1)


def _cell(value: object) -> object:
    """A cell that no spreadsheet computes."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
