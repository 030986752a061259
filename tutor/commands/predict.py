"""``dl-tutor predict``: classify drawings, pictures or arrays with a trained network."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tutor.commands.console.failures import refuse
from tutor.commands.console.printing import answer, answer_json, tell
from tutor.commands.console.shown_picture import has_blocks, shown_picture
from tutor.commands.inputs.input_rows import read_input_rows
from tutor.datasets.errors import DataError, escaped
from tutor.engine.network import ShapeError
from tutor.training.prediction import confidences
from tutor.training.saved.atomic_write import FileError
from tutor.training.saved.model_file import load_network


def run(given: argparse.Namespace) -> int:
    """Print the class and the confidences of each row, with ``--json`` as one object per row.

    Also describes the preparation of a picture. Reads all files before printing anything, so that an invalid file
    leaves no partial output.
    """
    try:
        network = load_network(given.model)
        asked = [(path, read_input_rows(path, network, given.as_is)) for path in given.input]
        answers = [(path, rows, confidences(network, rows.inputs).tolist()) for path, rows in asked]
    except (DataError, FileError, ShapeError) as error:
        return refuse(error)
    for path, rows, listed in answers:
        if rows.steps is not None and not given.json:
            tell(f"{escaped(str(path))}: {'; '.join(rows.steps)}")
        for number, values in enumerate(listed, start=1):
            if given.json:
                row = _plain(path, number, values, network.classes)
                if rows.steps is not None:
                    row["prepared"] = list(rows.steps)
                if given.show:
                    row["given"] = rows.inputs[number - 1].tolist()
                answer_json(row)
                continue
            if given.show:
                for line in shown_picture(rows.inputs[number - 1], blocks=has_blocks(sys.stdout)):
                    answer(line)
            said = "  ".join(f"{escaped(n)} {value:.6f}" for n, value in zip(network.classes, values, strict=True))
            where = f"{escaped(str(path))}, row" if len(answers) > 1 else "row"
            answer(f"{where} {number}: {escaped(network.classes[_winner(values)])}  ({said})")
    return 0


def _winner(values: list[float]) -> int:
    return max(range(len(values)), key=values.__getitem__)


def _plain(path: Path, number: int, values: list[float], classes: tuple[str, ...]) -> dict[str, object]:
    winner = _winner(values)
    return {
        "input": str(path),
        "row": number,
        "class": winner,
        "name": classes[winner],
        "confidence": values[winner],
        "confidences": values,
        "names": classes,
    }
