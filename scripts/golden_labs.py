"""Every number of every lab and its derivation, at random settings, to compare before and after a change of the labs.

``python -m scripts.golden_labs write FILE`` before a change, ``python -m scripts.golden_labs compare FILE`` after it.
Values are compared to the bit, texts as they are; each lab and each round draws its settings from a seed of its own.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tutor.labs.catalog import lab_class, lab_ids
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import (
    ChoiceControl,
    ControlError,
    GridControl,
    MatrixControl,
    NumberControl,
    TextControl,
    ValueControl,
    VectorControl,
)
from tutor.labs.kit.origins import why
from tutor.labs.kit.places import LookupFailed, numbers_in

ROUNDS = 50
# The number of derived numbers of a picture or a large table, spread over it.
DERIVED = 12
# They train for minutes, or wait for a worker.
DEAR = frozenset({"try_seeds", "survey", "train", "finish", "run_all", "compare", "write", "map"})
# A round of these trains, so there are fewer.
TRAINING_LABS = {"digits": 3, "letters": 3, "keras-program": 6, "overfitting": 10, "shapes-cnn": 10, "shapes": 20}
MOST_ROWS = 40


def settings(lab: Lab, random: np.random.Generator) -> list[str]:
    """Change about half of the controls and press one or two actions; return those actions."""
    for control in lab.value_controls():
        if random.random() < 0.5:
            try:
                lab.set(control.name, _drawn(control, random))
            except ControlError:
                continue
    pressed = []
    cheap = [a.name for a in lab.actions() if a.name not in DEAR]
    for name in random.choice(cheap, min(2, len(cheap)), replace=False) if cheap else ():
        try:
            lab.press(str(name))
        except ControlError:
            continue
        pressed.append(str(name))
    return pressed


def _drawn(control: ValueControl, random: np.random.Generator) -> Any:
    match control:
        case ChoiceControl():
            return str(random.choice(control.options))
        case TextControl(characters=characters):
            length = int(random.integers(control.least, control.most + 1))
            return "".join(random.choice(list(characters or "abcdefgh"), length))
        case NumberControl() if control.choices:
            return float(random.choice(control.choices))
        case NumberControl():
            high = min(control.high, control.low + MOST_ROWS * control.step)
            value = float(random.uniform(control.low, high))
            return round(value) if control.integer else round(value, 3)
        case VectorControl():
            values = random.uniform(control.low, control.high, len(control.labels))
            return [round(v) if control.integer else round(v, 3) for v in values.tolist()]
        case MatrixControl():
            size = (len(control.row_labels), len(control.column_labels))
            return random.uniform(control.low, control.high, size).round(3).tolist()
        case GridControl():
            return (random.random((control.rows, control.columns)) < 0.4).astype(float).tolist()


def look(lab: Lab) -> Iterator[tuple[str, str]]:
    """Each readout, with the derivations of its numbers."""
    for name in lab.readout_names():
        try:
            readout = lab.read(name)
        except LookupFailed as failed:
            yield name, f"failed: {failed}"
            continue
        yield name, repr(readout)
        numbers = [(path, value) for path, _, value in numbers_in(readout) if math.isfinite(value)]
        for path, value in numbers[:: max(1, len(numbers) // DERIVED)]:
            try:
                d = why(lab, path)
            except LookupFailed as failed:
                yield f"why {path}", f"failed: {failed}"
                continue
            operands = " ".join(f"{cell.label}={float(cell.value).hex()}" for cell in d.operands)
            yield f"why {path}", f"{float(value).hex()} | {d.formula} | {d.numbers} | {operands}"


def rounds(lab_id: str) -> Iterator[dict[str, str]]:
    """The records of one lab, one for each round."""
    lab = lab_class(lab_id)()
    try:
        for number in range(TRAINING_LABS.get(lab_id, ROUNDS)):
            settings(lab, np.random.default_rng([number, *lab_id.encode()]))
            yield dict(look(lab))
    finally:
        lab.close()


def write(file: Path, ids: tuple[str, ...]) -> None:
    """Save the records of these labs, one lab after the other."""
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        for lab_id in ids:
            for number, seen in enumerate(rounds(lab_id)):
                lines.write(json.dumps({"lab": lab_id, "round": number, "seen": seen}) + "\n")
            print(lab_id, file=sys.stderr)


def _plain(text: str | None) -> str:
    """A record in which 9 and 9.0 are the same number."""
    return re.sub(r"(?<![\w.])(-?\d+)(?=[,)])", r"\1.0", str(text))


def compare(file: Path, ids: tuple[str, ...]) -> int:
    """Print the differences, a few lines for each name; return the number of names that differ."""
    kept: dict[str, list[dict[str, str]]] = {}
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if entry["lab"] in ids:
                kept.setdefault(entry["lab"], []).append(entry["seen"])
    different = 0
    for lab_id, before in kept.items():
        shown: set[str] = set()
        for number, (old, new) in enumerate(zip(before, rounds(lab_id), strict=True)):
            for name in old.keys() | new.keys():
                family = name.split("[")[0]
                if _plain(old.get(name)) != _plain(new.get(name)) and family not in shown:
                    shown.add(family)
                    print(f"{lab_id} {number} {name}\n  - {old.get(name)!s:.300}\n  + {new.get(name)!s:.300}")
        different += len(shown)
        print(f"{lab_id}: {len(shown)} names differ in {len(before)} rounds")
    return different


if __name__ == "__main__":
    what, where, *chosen = sys.argv[1:]
    labs = tuple(chosen) or lab_ids()
    if what == "write":
        write(Path(where), labs)
    else:
        sys.exit(1 if compare(Path(where), labs) else 0)
