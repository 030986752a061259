"""``dl-tutor predict``: a trained network's answers to drawings, pictures or arrays."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import numpy as np

from tutor.commands.console.failures import refuse
from tutor.commands.console.printing import answer, answer_json, tell
from tutor.commands.console.shown_picture import has_blocks, shown_picture
from tutor.commands.inputs.input_rows import read_input_rows
from tutor.datasets.errors import DataError, escaped
from tutor.engine.network import ShapeError
from tutor.engine.parameters import Array
from tutor.exchange.program_functions import alike, picture_lines
from tutor.training.prediction import confidences
from tutor.training.saved.atomic_write import FileError
from tutor.training.saved.model_file import load_network


def run(given: argparse.Namespace) -> int:
    """Print the class and the confidences of each row, or of each of its places, with ``--json`` as one object each.

    Of a network that gives back its input, print what comes back. Also describes the preparation of a picture. Reads
    all files before printing anything, so that an invalid file leaves no partial output.
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
                plain = {"input": str(path), **place}
                if network.gives_back:
                    plain |= {"back": values, "alike": alike(listed[at], rows.inputs[row])}
                else:
                    plain |= _plain(values, network.classes)
                if rows.steps is not None:
                    plain["prepared"] = list(rows.steps)
                if given.show:
                    plain["given"] = rows.inputs[row].tolist()
                answer_json(plain)
                continue
            if given.show and not any(at[1:]):
                for line in _shown(rows.inputs[row], listed[at] if network.gives_back else None):
                    answer(line)
            where = [escaped(str(path))] if len(answers) > 1 else []
            where += [f"{name} {number}" for name, number in place.items()]
            if network.gives_back:
                answer(f"{', '.join(where)}: " + "\n".join(picture_lines(listed[at], rows.inputs[row])))
                continue
            said = "  ".join(f"{escaped(n)} {value:.6f}" for n, value in zip(network.classes, values, strict=True))
            answer(f"{', '.join(where)}: {escaped(network.classes[_winner(values)])}  ({said})")
    return 0


def _shown(row: Array, back: Array | None) -> Iterator[str]:
    """The picture that the network is given, and beside it the one that comes ``back``: what is above ½ is drawn."""
    blocks = has_blocks(sys.stdout)
    pictures = [shown_picture(row, blocks=blocks)]
    if back is not None:
        pictures.append(shown_picture(np.where(back > 0.5, 1.0, 0.0), blocks=blocks))
    for number, lines in enumerate(zip(*pictures, strict=True)):
        between = ("  →" if blocks else "  ->") if number == 1 else "   " if blocks else "    "
        yield between.join(lines)


def _winner(values: list[float]) -> int:
    return max(range(len(values)), key=values.__getitem__)


def _plain(values: list[float], classes: tuple[str, ...]) -> dict[str, object]:
    winner = _winner(values)
    return {
        "class": winner,
        "name": classes[winner],
        "confidence": values[winner],
        "confidences": values,
        "names": classes,
    }
