"""``dl-tutor list --models``: the networks that ``train`` knows by name."""

from __future__ import annotations

import argparse
from typing import Any

from tutor.commands.console.printing import answer, answer_json
from tutor.engine.optimizer_specs import optimizer_to_dict
from tutor.engine.parameters import count
from tutor.training.models import MODELS, Model


def run(given: argparse.Namespace) -> int:
    """Print the models, as a table or with ``--json`` as a list of objects."""
    rows = [_row(model) for model in MODELS.values()]
    if given.json:
        answer_json(rows, indent=2)
        return 0
    cells = [("model", "parameters", "data", "training", "about")]
    for row in rows:
        optimizer = row["optimizer"]
        training = f"{row['epochs']} epochs of {row['batch_size']}, {optimizer['kind']} {optimizer['learning_rate']:g}"
        cells.append((row["name"], f"{row['parameters']:,}", row["data"], training, row["about"]))
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    for line in cells:
        padded = [
            cell.rjust(w) if i == 1 else cell.ljust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True))
        ]
        answer("  ".join(padded).rstrip())
    return 0


def _row(model: Model) -> dict[str, Any]:
    return {
        "name": model.name,
        "parameters": count(model.spec),
        "data": model.data,
        "about": model.about,
        "epochs": model.epochs,
        "batch_size": model.batch_size,
        "validation_split": model.validation_split,
        "optimizer": optimizer_to_dict(model.spec.optimizer),
        "loss": model.spec.loss,
        "input_shape": list(model.spec.input_shape),
    }
