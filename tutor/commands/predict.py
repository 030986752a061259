"""``dl-tutor predict``: ask a trained network about drawings in a file."""

from __future__ import annotations

import argparse
import json

from tutor.commands.failures import refuse
from tutor.datasets.errors import DataError
from tutor.datasets.shapes_file import read_inputs
from tutor.engine.network import ShapeError, forward, output_name
from tutor.engine.parameters import views
from tutor.training.model_file import ModelFileError, load_network


def run(given: argparse.Namespace) -> int:
    """Print the class and the confidences of each row; with ``--json`` one object a row."""
    try:
        network = load_network(given.model)
        inputs = read_inputs(given.input)
        values = forward(network.spec, views(network.spec, network.theta, network.moving), inputs)
    except (DataError, ModelFileError, ShapeError) as error:
        return refuse(error)
    for number, confidences in enumerate(values[output_name(network.spec)].tolist(), start=1):
        winner = max(range(len(confidences)), key=confidences.__getitem__)
        named = dict(zip(network.classes, confidences, strict=True))
        if given.json:
            answer = {
                "row": number,
                "class": winner,
                "name": network.classes[winner],
                "confidence": confidences[winner],
                "confidences": confidences,
                "names": network.classes,
            }
            print(json.dumps(answer))
        else:
            listed = "  ".join(f"{name} {value:.6f}" for name, value in named.items())
            print(f"row {number}: {network.classes[winner]}  ({listed})")
    return 0
