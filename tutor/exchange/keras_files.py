"""Networks as ``.keras`` files: out by Keras in a child process, in without running anything that is in them."""

from __future__ import annotations

import math
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tutor.datasets import digits, letters, shapes
from tutor.engine.spec import spec_from_dict, spec_to_dict
from tutor.exchange.child import ask
from tutor.exchange.errors import ExchangeError
from tutor.exchange.keras_config import Rescaling
from tutor.exchange.rescaling import fold_in
from tutor.training.models import DataName
from tutor.training.saved.model_file import SavedNetwork, TrainedOn

# A file of Keras's does not say what its outputs are called: by how many numbers a network takes and gives.
MEANT_FOR: Mapping[tuple[int, int], tuple[DataName, tuple[str, ...]]] = {
    (shapes.PIXELS, len(shapes.NAMES)): ("shapes", shapes.NAMES),
    (digits.SIDE**2, len(digits.NAMES)): ("digits", digits.NAMES),
    (letters.SIDE**2, 26): ("letters", tuple(string.ascii_uppercase)),
}

PICTURES = ("digits", "letters")
"""Data whose files hold shades from 0 to 255, which dl-tutor gives to a network as numbers from 0 to 1."""


@dataclass(frozen=True)
class Imported:
    """A network that came in, and sentences on what could not be taken over."""

    network: SavedNetwork
    notes: tuple[str, ...]


def keras_file_of(network: SavedNetwork) -> bytes:
    """The bytes of a ``.keras`` file that plain Keras loads. Raises ``ExchangeError``, also without TensorFlow."""
    values = {"do": "write", "spec": spec_to_dict(network.spec)}
    _, arrays = ask(values, {"theta": network.theta, "moving": network.moving})
    return arrays["content"].tobytes()


def import_keras(path: Path) -> Imported:
    """Read a ``.keras`` file of layers that a specification can have. Raises ``ExchangeError`` with the reason."""
    try:
        values, arrays = ask({"do": "read", "file": str(path.absolute())})
    except ExchangeError as refused:
        raise ExchangeError(f"{path}: {refused}") from None
    spec = spec_from_dict(values["spec"])
    notes, theta = list(values["notes"]), arrays["theta"]
    sizes = (math.prod(spec.input_shape), spec.output_size)
    classes, trained_on = tuple(str(number) for number in range(spec.output_size)), None
    if sizes in MEANT_FOR:
        data, classes = MEANT_FOR[sizes]
        trained_on = TrainedOn(data, None, "")
        notes.append(f"by its sizes it is taken for a network for the {data}, with inputs from 0 to 1")
    if values["rescaling"] is not None:
        shades = trained_on is not None and trained_on.data in PICTURES
        try:
            theta, note = fold_in(spec, theta, Rescaling(**values["rescaling"]), shades=shades)
        except ExchangeError as refused:
            raise ExchangeError(f"{path}: {refused}") from None
        notes.append(note)
    return Imported(SavedNetwork(spec, theta, arrays["moving"], classes, trained_on), tuple(notes))
