"""A table prepared for training: inputs and target of the rows to train on, and of those to test with.

Everything that is taken from the rows (means, deviations, words) is taken from those to train on alone: the others
stand for rows that nobody has seen.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError, quoted
from tutor.datasets.tables.choosing import chosen_inputs, chosen_target
from tutor.datasets.tables.inputs import Input, NumberInput, WordInput, number_input, word_input
from tutor.datasets.tables.rows import RowSet, TableRows, Targets
from tutor.datasets.tables.table import Array, Column, NumberColumn, Table, WordColumn, counted
from tutor.datasets.tables.target import Target, TargetKind, classes_of, kind_of_target, number_target
from tutor.engine.randomness import drawing_generator
from tutor.engine.validation import require, written

LEAST_ROWS = 4
MOST_INPUTS = 500
MOST_NUMBERS = 20_000_000
"""Of all inputs of all rows: 160 MB."""
_BLOCK = 41
"""Apart from what lessons and the sets on the plane draw at the same seed."""


def prepared(
    table: Table, target: str, inputs: tuple[str, ...] | None = None, test: float = 0.2, seed: int = 0,
    kind: TargetKind | None = None,
) -> TableRows:  # fmt: skip
    """The rows of ``table`` for the column ``target`` and the columns ``inputs``, by default all others of use.

    ``test`` is the share of rows held out, of each class where there are classes; ``seed`` draws them, unless the file
    itself has rows for testing. ``kind`` says what the target is, by default what it looks like. Raises ``DataError``
    if the columns do not allow it, and ``SpecError`` for a share that is none.
    """
    require(0 <= test <= 0.9, f"the share of test rows is from 0 to 0.9; got {written(test)}")
    notes: list[str] = []
    wanted = chosen_target(table, target)
    table, wanted = _with_target(table, wanted, notes)
    columns = chosen_inputs(table, wanted, inputs, notes)
    targets: Targets
    if (kind or kind_of_target(wanted)) == "class":
        classes, numbers = classes_of(table.file, wanted)
        held_out = _held_out(table, numbers, test, seed)
        made, targets = Target(wanted.name, classes), numbers
        _note_classes(wanted, classes, numbers[~held_out], kind, notes)
    else:
        held_out = _held_out(table, np.zeros(len(table), dtype=np.intp), test, seed)
        made, targets = number_target(table.file, wanted, ~held_out)
    if test and not held_out.any():
        notes.append("No row is held out: there are too few.")
    encoded, arrays = _inputs(table, columns, ~held_out, notes, chosen=inputs is not None)
    together = np.concatenate(arrays, axis=1)
    training, testing = (RowSet(together[part], targets[part], table.lines[part]) for part in (~held_out, held_out))
    return TableRows(table.file, table.content, encoded, made, training, testing, (*table.notes, *notes))


def _with_target(table: Table, wanted: Column, notes: list[str]) -> tuple[Table, Column]:
    """The table, and its target, without the rows that have none."""
    gaps = np.flatnonzero(wanted.missing)
    if gaps.size:
        line = f"{table.lines[gaps[0]]:,}"
        where = f"is left out, in line {line}" if gaps.size == 1 else f"are left out, the first in line {line}"
        notes.append(f"{counted(gaps.size, 'row')} without {quoted(wanted.name)[1:-1]} {where}.")
        kept = ~wanted.missing
        columns = tuple(_rows_of(column, kept) for column in table.columns)
        held_out = None if table.held_out is None else table.held_out[kept]
        table = replace(table, columns=columns, lines=table.lines[kept], held_out=held_out)
        wanted = table.column(wanted.name)
    if len(table) < LEAST_ROWS:
        raise DataError(
            table.file, None, f"there {'is' if len(table) == 1 else 'are'} {counted(len(table), 'row')} with a target; "
            f"{LEAST_ROWS} are the least",
        )  # fmt: skip
    return table, wanted


def _rows_of(column: Column, kept: NDArray[np.bool_]) -> Column:
    if isinstance(column, NumberColumn):
        return NumberColumn(column.name, column.values[kept])
    return WordColumn(
        column.name, tuple(word for word, stays in zip(column.values, kept.tolist(), strict=True) if stays)
    )


def _held_out(table: Table, groups: NDArray[np.intp], share: float, seed: int) -> NDArray[np.bool_]:
    """Which rows are for testing: those that the file sets apart, or a share of each group, drawn by the seed.

    At least one row of every group is for training.
    """
    if table.held_out is not None:
        if table.held_out.all():
            raise DataError(table.file, None, "no row to train on has a target")
        return table.held_out
    order = drawing_generator(seed, _BLOCK).permutation(len(groups))
    held_out = np.zeros(len(groups), dtype=np.bool_)
    for group in range(int(groups.max()) + 1):
        rows = order[groups[order] == group]
        held_out[rows[: min(round(share * len(rows)), len(rows) - 1)]] = True
    return held_out


def _note_classes(
    wanted: Column, classes: tuple[str, ...], training: NDArray[np.intp], kind: TargetKind | None, notes: list[str]
) -> None:
    shown = quoted(wanted.name)[1:-1]
    if kind is None and isinstance(wanted, NumberColumn):
        notes.append(f"{shown} has {len(classes)} different whole numbers, so it is a class and not a number.")
    counts = np.bincount(training, minlength=len(classes))
    if rare := [name for name, rows in zip(classes, counts.tolist(), strict=True) if rows < 2]:
        said = ", ".join(map(quoted, rare[:5])) + (f" and {len(rare) - 5} more" if len(rare) > 5 else "")
        notes.append(f"{shown}: there is at most one training row of {said}.")


def _inputs(
    table: Table, columns: tuple[Column, ...], training: NDArray[np.bool_], notes: list[str], *, chosen: bool
) -> tuple[tuple[Input, ...], list[Array]]:
    """The inputs, and their arrays (rows, …) of all rows. Raises ``DataError`` if there are none or too many."""
    encoded: list[Input] = []
    arrays: list[Array] = []
    width = 0
    for column in columns:
        made: NumberInput | WordInput | None
        if isinstance(column, NumberColumn):
            made = number_input(column, training, notes)
        else:
            made = word_input(table.file, column, training, notes, chosen=chosen)
        if made is None:
            continue
        width += len(made.names)
        if width > MOST_INPUTS or width * len(table) > MOST_NUMBERS:
            most = min(MOST_INPUTS, MOST_NUMBERS // len(table))
            raise DataError(
                table.file, None, f"there are more than {most:,} inputs, with one for each word; choose fewer columns"
            )
        encoded.append(made)
        arrays.append(made.encoded(column.values))  # type: ignore[arg-type]
    if not encoded:
        why = f": {notes[-1]}" if notes else ""
        raise DataError(table.file, None, f"no column is left for the inputs{why.removesuffix('.')}")
    return tuple(encoded), arrays
