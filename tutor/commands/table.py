"""``dl-tutor table``: what a table of one's own has, and how to train on it."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from tutor.commands.console.failures import refuse
from tutor.commands.console.printing import answer, answer_json
from tutor.datasets.errors import DataError, escaped
from tutor.datasets.tables.axes import axes_of
from tutor.datasets.tables.choosing import likely_target
from tutor.datasets.tables.prepared import prepared
from tutor.datasets.tables.reading import read_table
from tutor.datasets.tables.rows import RowSet, TableRows
from tutor.datasets.tables.table import Column, NumberColumn, Table, counted

MOST_LISTED = 12


def run(given: argparse.Namespace) -> int:
    """Describe the table, and its rows as prepared for the target; exit status 2 if the file or a choice is no good."""
    rows, refused = None, ""
    try:
        table = read_table(given.file)
        try:
            inputs = None if given.inputs is None else tuple(given.inputs)
            rows = prepared(table, given.target or likely_target(table), inputs, seed=given.seed, kind=given.kind)
        except DataError as error:
            if given.target or given.inputs or given.kind:
                raise
            refused = error.reason
    except DataError as error:
        return refuse(error)
    if given.json:
        answer_json(_plain(table, rows, refused), indent=2)
    else:
        _tell(table, rows, refused)
    return 0


def network_for(rows: TableRows) -> tuple[int, str, str]:
    """The outputs of a network for these rows, their activation, and the loss, as usual for such a target."""
    if rows.classes is None:
        return 1, "linear", "mean_squared_error"
    if len(rows.classes) == 2:
        return 1, "sigmoid", "binary_crossentropy"
    return len(rows.classes), "softmax", "sparse_categorical_crossentropy"


def _counts(rows: TableRows, part: RowSet) -> list[int]:
    """The number of rows of each class."""
    counts: list[int] = np.bincount(part.targets.astype(np.intp), minlength=len(rows.classes or ())).tolist()
    return counts


def _kind(column: Column) -> str:
    if not column.distinct:
        return "empty"
    return "number" if isinstance(column, NumberColumn) else "words"


def _is_constant(column: Column) -> bool:
    return len(column.distinct) == 1


def _plain(table: Table, rows: TableRows | None, refused: str) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "file": table.file,
        "content": table.content,
        "rows": len(table),
        "columns": [_plain_column(column) for column in table.columns],
        "notes": list((rows or table).notes),
        "training": None,
    }
    if rows is None:
        return plain | {"refused": refused}
    outputs, activation, loss = network_for(rows)
    target: dict[str, Any] = {"name": rows.target.name, "kind": rows.target.kind}
    if rows.classes is None:
        target |= {"mean": rows.target.mean, "deviation": rows.target.deviation}
    else:
        both = zip(_counts(rows, rows.training), _counts(rows, rows.test), strict=True)
        target["classes"] = {name: list(counts) for name, counts in zip(rows.classes, both, strict=True)}
    axes = axes_of(rows)
    return plain | {
        "training": len(rows.training),
        "test": len(rows.test),
        "target": target,
        "inputs": list(rows.names),
        "axes": {"names": list(axes.names), "shares": axes.shares and list(axes.shares), "said": axes.said},
        "network": {"outputs": outputs, "activation": activation, "loss": loss},
    }


def _plain_column(column: Column) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "name": column.name,
        "kind": _kind(column),
        "missing": int(column.missing.sum()),
        "distinct": len(column.distinct),
        "constant": _is_constant(column),
    }
    if isinstance(column, NumberColumn) and column.distinct:
        there = column.values[~column.missing]
        plain |= {"least": there.min(), "largest": there.max(), "mean": there.mean()}
    return plain


def _tell(table: Table, rows: TableRows | None, refused: str) -> None:
    answer(f"{escaped(table.file)}: {counted(len(table), 'row')}, {counted(len(table.columns), 'column')}")
    cells = [(column.name, _kind(column)) for column in table.columns]
    widths = [max(len(line[at]) for line in cells) for at in (0, 1)]
    for (name, kind), column in zip(cells, table.columns, strict=True):
        answer(f"  {name:{widths[0]}}  {kind:{widths[1]}}  {_about(column)}".rstrip())
    for note in (rows or table).notes:
        answer(f"  {note}")
    if rows is None:
        answer(f"To train on it: {refused}.")
        return
    _tell_rows(rows)


def _tell_rows(rows: TableRows) -> None:
    answer(f"Target: {rows.target.name}, {_about_target(rows)}")
    inputs = _some(rows.names)
    answer(f"{counted(len(rows.names), 'input')}: {inputs}")
    answer(axes_of(rows).said)
    outputs, activation, loss = network_for(rows)
    answer(
        f"To train on it: {counted(len(rows.names), 'input')}, hidden layers, "
        f"{counted(outputs, 'output')} ({activation}), the loss {loss}."
    )
    if len(rows.test):
        answer(_without_learning(rows))


def _about(column: Column) -> str:
    """What is in a column, in a few words."""
    missing = int(column.missing.sum())
    parts = [f"{missing:,} missing"] if missing else []
    distinct = column.distinct
    if not distinct:
        return ""
    if _is_constant(column):
        parts.insert(0, f"constant: {distinct[0] if isinstance(distinct[0], str) else format(distinct[0], '.6g')}")
    elif isinstance(column, NumberColumn):
        there = column.values[~column.missing]
        parts.insert(0, f"{there.min():.6g} to {there.max():.6g}, mean {there.mean():.4g}")
    else:
        rows = {word: column.values.count(word) for word in map(str, distinct[:MOST_LISTED])}
        few = ", ".join(f"{word} {number:,}" for word, number in rows.items())
        more = f", and {len(distinct) - MOST_LISTED:,} more" if len(distinct) > MOST_LISTED else ""
        parts.insert(0, f"{len(distinct):,} different: {few}{more}")
    return "; ".join(parts)


def _about_target(rows: TableRows) -> str:
    to_train, to_test = len(rows.training), len(rows.test)
    if rows.classes is None:
        return (
            f"a number, mean {rows.target.mean:.4g}, deviation {rows.target.deviation:.4g}; {to_train:,} rows to train "
            f"on and {to_test:,} to test with"
        )
    both = zip(rows.classes, _counts(rows, rows.training), _counts(rows, rows.test), strict=True)
    counts = _some(tuple(f"{name} {training} + {test}" for name, training, test in both))
    return f"{len(rows.classes)} classes, rows to train on + to test with: {counts}"


def _without_learning(rows: TableRows) -> str:
    """What a network has to beat: always the most frequent class of the training rows, or their mean."""
    if rows.classes is None:
        error = float(np.mean(np.square(rows.test.targets)))
        return f"To beat: always the mean has a mean squared error of {error:.4g} on the test rows (standardised)."
    usual = int(np.argmax(_counts(rows, rows.training)))
    right = _counts(rows, rows.test)[usual]
    among = f"{right:,} of {len(rows.test):,}"
    return f"To beat: always {rows.classes[usual]} is right in {right / len(rows.test):.0%} of the test rows, {among}."


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST_LISTED:,} more" if len(names) > MOST_LISTED else ""
    return ", ".join(names[:MOST_LISTED]) + more
