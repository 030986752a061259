"""Networks as ``.keras`` files: Keras writes them in a child process; reading them runs no code from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tutor.engine.sequence_layers import Embedding
from tutor.engine.spec import spec_from_dict, spec_to_dict
from tutor.exchange.child import ask
from tutor.exchange.errors import ExchangeError
from tutor.exchange.keras_config import Rescaling
from tutor.exchange.rescaling import fold_in
from tutor.training.data_sets import DATA_SETS, meant_for
from tutor.training.saved.model_file import SavedNetwork, TrainedOn


@dataclass(frozen=True)
class Imported:
    """An imported network, and sentences about what could not be imported."""

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
    classes, trained_on = tuple(str(number) for number in range(spec.output_size)), None
    # Token numbers are no pictures, however many they are.
    tokens = isinstance(spec.layers[0], Embedding)
    data = None if tokens else meant_for(spec)
    if data is not None:
        classes, trained_on = DATA_SETS[data].classes, TrainedOn(data, None, "")
        notes.append(f"by its sizes it is taken for a network for the {data}, with inputs from 0 to 1")
    if values["rescaling"] is not None:
        shades = data is not None and DATA_SETS[data].has_shades
        try:
            theta, note = fold_in(spec, theta, Rescaling(**values["rescaling"]), shades=shades)
        except ExchangeError as refused:
            raise ExchangeError(f"{path}: {refused}") from None
        notes.append(note)
    return Imported(SavedNetwork(spec, theta, arrays["moving"], classes, trained_on), tuple(notes))
