"""``dl-tutor evaluate``: loss, accuracy and confusion matrix of a saved network on test rows."""

from __future__ import annotations

import argparse

from tutor.commands.console.failures import refuse
from tutor.commands.console.following import plain_numbers
from tutor.commands.console.printing import answer, answer_json
from tutor.commands.inputs.run_start import data_of
from tutor.commands.train import evaluate_test, tell_data
from tutor.datasets.errors import DataError, escaped
from tutor.engine.parameters import views
from tutor.engine.validation import SpecError
from tutor.training.evaluation import Evaluation
from tutor.training.saved.atomic_write import FileError
from tutor.training.saved.model_file import ModelFileError, load_network

LONGEST_NAME = 12


def run(given: argparse.Namespace) -> int:
    """Print loss, accuracy and the confusion matrix; with ``--json`` one object."""
    try:
        network = load_network(given.model)
        if network.trained_on is None:
            raise ModelFileError(f"{given.model}: does not name its data, and its sizes match no known data")
        data = data_of(network, network.trained_on, given.data)
        if data.model.spec != network.spec or data.names != network.classes:
            raise ModelFileError(
                f"{given.model}: has the classes {', '.join(network.classes)}, but those of the data are "
                f"{', '.join(data.names)}"
            )
        found = evaluate_test(data, views(network.spec, network.theta, network.moving))
    except (DataError, SpecError, FileError) as error:
        return refuse(error)
    tell_data(data)
    if found is None:
        return refuse("there are no test rows in this data")
    names = [escaped(name) for name in network.classes]
    if given.json:
        row = {
            "model": network.spec.name,
            "loss": found.loss,
            "accuracy": found.accuracy,
            "rows": found.rows,
            "confusion": found.confusion.tolist(),
            "names": network.classes,
            "data": data.origin,
        }
        answer_json(plain_numbers(row))
        return 0
    answer(f"test: loss {found.loss:.4f}, {found.right:,} of {found.rows:,} right ({found.accuracy:.2%})")
    answer()
    for line in confusion_table(found, names):
        answer(line)
    return 0


def confusion_table(found: Evaluation, names: list[str]) -> list[str]:
    """The confusion matrix as lines: a row for each true class, a column for each predicted one.

    A dot means 0.
    """
    short = [name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…" for name in names]
    cells = [[str(n) if n else "·" for n in row] for row in found.confusion.tolist()]
    first = max(map(len, short))
    widths = [max(len(name), *(len(row[k]) for row in cells)) for k, name in enumerate(short)]
    head = "  ".join(name.rjust(width) for name, width in zip(short, widths, strict=True))
    lines = ["true class by row, predicted class by column", " " * first + "  " + head]
    for name, row in zip(short, cells, strict=True):
        lines.append(name.ljust(first) + "  " + "  ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)))
    return lines
