"""``dl-tutor predict``: classify drawings, pictures or arrays with a trained network."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

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
    """Print the class and the confidences of each row, or of each of its places, with ``--json`` as one object each.

    Also describes the preparation of a picture. Reads all files before printing anything, so that an invalid file
    leaves no partial output.
    """
    try:
        network = load_network(given.model)
        asked = [(path, read_input_rows(path, network, given.as_is)) for path in given.input]
        answers = [(path, rows, confidences(network, rows.inputs)) for path, rows in asked]
    except (DataError, FileError, ShapeError) as error:
        return refuse(error)
    for path, rows, listed in answers:
        if rows.steps is not None and not given.json:
            tell(f"{escaped(str(path))}: {'; '.join(rows.steps)}")
        for at in np.ndindex(listed.shape[:-1]):
            values, row = listed[at].tolist(), at[0]
            place = {name: number + 1 for name, number in zip(("row", "place"), at, strict=False)}
            if given.json:
                plain = _plain(path, place, values, network.classes)
                if rows.steps is not None:
                    plain["prepared"] = list(rows.steps)
                if given.show:
                    plain["given"] = rows.inputs[row].tolist()
                answer_json(plain)
                continue
            if given.show and not any(at[1:]):
                for line in shown_picture(rows.inputs[row], blocks=has_blocks(sys.stdout)):
                    answer(line)
            said = "  ".join(f"{escaped(n)} {value:.6f}" for n, value in zip(network.classes, values, strict=True))
            where = [escaped(str(path))] if len(answers) > 1 else []
            where += [f"{name} {number}" for name, number in place.items()]
            answer(f"{', '.join(where)}: {escaped(network.classes[_winner(values)])}  ({said})")
    return 0


def _winner(values: list[float]) -> int:
    return max(range(len(values)), key=values.__getitem__)


def _plain(path: Path, place: Mapping[str, int], values: list[float], classes: tuple[str, ...]) -> dict[str, object]:
    winner = _winner(values)
    return {
        "input": str(path),
        **place,
        "class": winner,
        "name": classes[winner],
        "confidence": values[winner],
        "confidences": values,
        "names": classes,
    }
