"""``dl-tutor evaluate``: loss, accuracy and confusion matrix of a saved network on test rows."""

from __future__ import annotations

import argparse

from tutor.backends.rows import as_inputs
from tutor.commands.console.failures import refuse
from tutor.commands.console.following import plain_numbers
from tutor.commands.console.printing import answer, answer_json
from tutor.commands.inputs.run_start import data_of
from tutor.commands.train import evaluate_test, tell_data
from tutor.datasets.errors import DataError, escaped
from tutor.engine.parameters import views
from tutor.engine.validation import SpecError
from tutor.exchange.program_functions import alike
from tutor.training.evaluation import Evaluation
from tutor.training.model_data import ModelData
from tutor.training.prediction import confidences
from tutor.training.saved.atomic_write import FileError
from tutor.training.saved.model_file import ModelFileError, SavedNetwork, load_network

LONGEST_NAME = 12


def run(given: argparse.Namespace) -> int:
    """Print loss, accuracy and the confusion matrix, if there are classes; with ``--json`` one object."""
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
    pixels = _pixels_alike(network, data) if network.gives_back else None
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
        if pixels is not None:
            row["pixels_alike"], row["pixels"] = pixels
        answer_json(plain_numbers(row))
        return 0
    answer(f"test: loss {found.loss:.4f}, {found.right:,} of {found.rows:,} right ({found.accuracy:.2%})")
    answer()
    if pixels is not None:
        answer(f"{pixels[0]:,} of {pixels[1]:,} pixels come back on the side of ½ on which they were.")
        answer("A row is right if all its pixels do. There are no classes, so there is no confusion matrix.")
        return 0
    for line in confusion_table(found, names):
        answer(line)
    return 0


def _pixels_alike(network: SavedNetwork, data: ModelData) -> tuple[int, int]:
    """How many pixels of the test rows come back, and how many there are."""
    assert data.test_inputs is not None
    rows = as_inputs(data.test_inputs, network.spec, data.training.scale)
    return alike(confidences(network, rows).reshape(rows.shape), rows), rows.size


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
