"""``dl-tutor predict``: ask a trained network about drawings, pictures or arrays."""

from __future__ import annotations

import argparse

from tutor.commands.failures import refuse
from tutor.commands.given_rows import read_rows
from tutor.commands.printing import answer, answer_json
from tutor.datasets.errors import DataError, escaped
from tutor.engine.network import ShapeError
from tutor.training.model_file import load_network
from tutor.training.prediction import confidences
from tutor.training.whole_file import FileError


def run(given: argparse.Namespace) -> int:
    """Print the class and the confidences of each row; with ``--json`` one object a row.

    All files are read before anything is printed, so that one that is wrong leaves no half answer.
    """
    try:
        network = load_network(given.model)
        answers = [(path, confidences(network, read_rows(path, network.spec)).tolist()) for path in given.input]
    except (DataError, FileError, ShapeError) as error:
        return refuse(error)
    for path, rows in answers:
        for number, values in enumerate(rows, start=1):
            winner = max(range(len(values)), key=values.__getitem__)
            if given.json:
                row = {
                    "input": str(path),
                    "row": number,
                    "class": winner,
                    "name": network.classes[winner],
                    "confidence": values[winner],
                    "confidences": values,
                    "names": network.classes,
                }
                answer_json(row)
                continue
            listed = "  ".join(f"{escaped(n)} {value:.6f}" for n, value in zip(network.classes, values, strict=True))
            where = f"{escaped(str(path))}, row" if len(answers) > 1 else "row"
            answer(f"{where} {number}: {escaped(network.classes[winner])}  ({listed})")
    return 0
