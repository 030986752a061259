"""A class of many machines in one PostgreSQL: its schema, bringing new events into it, and reading it.

Nothing else imports SQLAlchemy and psycopg, which are an extra: ``dl-tutor[collect]``.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from tutor.classroom.database_address import DatabaseAddress
from tutor.classroom.learners import NoClass

if TYPE_CHECKING:
    from tutor.classroom.collected.source import CollectedClass

INSTALL = "a database needs SQLAlchemy and psycopg: install them with: pip install 'dl-tutor[collect]'"


def require_libraries() -> None:
    """Raises ``NoClass`` with what to install, where it is missing."""
    if find_spec("sqlalchemy") is None or find_spec("psycopg") is None:
        raise NoClass(INSTALL)


def collected_class(address: DatabaseAddress) -> CollectedClass:
    """The class in a database. Raises ``NoClass``."""
    require_libraries()
    from tutor.classroom.collected.connecting import engine_for
    from tutor.classroom.collected.source import CollectedClass

    return CollectedClass(engine_for(address))
