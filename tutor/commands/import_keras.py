"""``dl-tutor import``: convert a ``.keras`` file to a network of this program."""

from __future__ import annotations

import argparse

from tutor.commands.console.failures import refuse
from tutor.commands.console.printing import tell
from tutor.datasets.errors import escaped
from tutor.engine.parameters import count
from tutor.exchange.errors import ExchangeError
from tutor.exchange.keras_files import import_keras
from tutor.training.saved.atomic_write import FileError, check_writable
from tutor.training.saved.model_file import save_network


def run(given: argparse.Namespace) -> int:
    """Read, check and save; exit status 2 with the reason for a file that cannot be imported."""
    try:
        check_writable(given.out)
        imported = import_keras(given.file)
        save_network(given.out, imported.network)
    except (ExchangeError, FileError) as error:
        return refuse(error)
    for note in imported.notes:
        tell(f"note: {escaped(note)}")
    spec = imported.network.spec
    tell(f"{spec.name}: {count(spec):,} parameters, saved in {given.out}")
    return 0
