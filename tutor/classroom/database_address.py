"""The address of a database, as it was typed: ``postgresql://…``. It may have a password, so it is never printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

SCHEMES = ("postgresql://", "postgres://")


@dataclass(frozen=True)
class DatabaseAddress:
    """An address for libpq, which also takes the password from PGPASSWORD, a ``.pgpass`` or a service file."""

    text: str = field(repr=False)

    def __str__(self) -> str:
        return "the database"


def folder_or_database(text: str) -> Path | DatabaseAddress:
    """A folder, or a database by its scheme."""
    return DatabaseAddress(text) if text.startswith(SCHEMES) else Path(text)
