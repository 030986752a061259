"""A trained network in a file of either kind: ``.net``, as ``dl-tutor train`` saves it, or ``.keras``."""

from __future__ import annotations

import contextlib
from pathlib import Path

from tutor.exchange.errors import ExchangeError
from tutor.exchange.foreign_files import what_it_is
from tutor.exchange.keras_files import import_keras
from tutor.training.saved.atomic_write import FileError
from tutor.training.saved.model_file import SavedNetwork, load_network

ENDINGS = (".net", ".keras")


def read_network_file(file: Path) -> SavedNetwork:
    """The network of a ``.net`` or ``.keras`` file; the ending says which. Runs no code of the file.

    Raises ``FileError`` with a sentence for everything else that is there.
    """
    try:
        return import_keras(file).network if file.suffix.lower() == ".keras" else load_network(file)
    except ExchangeError as error:
        raise FileError(str(error)) from None
    except ValueError as error:
        if isinstance(error, FileError):
            raise FileError(_recognized(file) or str(error)) from None
        raise FileError(f"{file}: no file can have this name: {error}") from None
    except OSError as error:
        # A .keras file is read by another process, which a restricted session cannot start.
        raise FileError(f"{file}: cannot be read here: {error.strerror or error}") from None


def _recognized(file: Path) -> str:
    """A sentence about a file of another program, such as PyTorch's; empty for others and for ``.net`` files."""
    told = ""
    with contextlib.suppress(OSError):
        if file.suffix.lower() != ENDINGS[0] and file.is_file():
            told = what_it_is(file)
    return f"{file}: {told}" if told else ""
