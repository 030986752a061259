"""``dl-tutor export``: save a trained network as a ``.keras`` file, or as a standalone program."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.commands.console.failures import did_not_hold, refuse
from tutor.commands.console.printing import tell
from tutor.commands.inputs.run_start import data_of
from tutor.datasets.errors import DataError
from tutor.engine.sequence_layers import Embedding
from tutor.engine.validation import SpecError
from tutor.exchange.errors import ExchangeError
from tutor.exchange.keras_files import keras_file_of
from tutor.exchange.programs import program_of
from tutor.training.saved.atomic_write import FileError, check_writable, write_atomically
from tutor.training.saved.model_file import SavedNetwork, load_network

ENDINGS = {"keras": ".keras", "python": "_keras.py", "numpy": "_numpy.py"}
EXAMPLES = 3


def run(given: argparse.Namespace) -> int:
    """Write the file, next to the network's own or to ``--out``; only ``--out`` replaces an existing file."""
    out: Path = given.out or given.model.with_name(given.model.stem + ENDINGS[given.to])
    try:
        network = load_network(given.model)
        if given.out is None and out.exists():
            raise FileError(f"{out}: already exists; --out {out} replaces it")
        check_writable(out)
        written = _written(network, given.to, out)
        for path, data in written:
            write_atomically(path, data)
    except FileError as error:
        return refuse(error)
    except ExchangeError as error:
        return did_not_hold(error)
    tell(f"saved in {' and '.join(str(path) for path, _ in written)}")
    return 0


def _written(network: SavedNetwork, to: str, out: Path) -> list[tuple[Path, bytes]]:
    """The files and their contents; a file that others need comes first."""
    if to == "keras":
        return [(out, keras_file_of(network))]
    beside = out.with_suffix(".npz")
    program = program_of(network, "python" if to == "python" else "numpy", _examples(network), beside.name)
    if program.beside is None:
        return [(out, program.text.encode())]
    check_writable(beside)
    return [(beside, program.beside), (out, program.text.encode())]


def _examples(network: SavedNetwork) -> NDArray[Any]:
    """A few example rows: from the test data if available, otherwise rows of all 0, all 0.5 and all 1, or of tokens."""
    if network.trained_on is not None:
        try:
            data = data_of(network, network.trained_on, None)
            if data.test_inputs is not None:
                return data.test_inputs[:EXAMPLES]
        except (DataError, SpecError):
            pass
    shape, first = (EXAMPLES, *network.spec.input_shape), network.spec.layers[0]
    if isinstance(first, Embedding):
        return np.arange(math.prod(shape)).reshape(shape) % first.input_dim
    flat = np.array([0.0, 0.5, 1.0], network.spec.dtype)
    return np.broadcast_to(flat.reshape(-1, *(1 for _ in network.spec.input_shape)), shape)
