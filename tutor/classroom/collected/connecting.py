"""A connection to the database, and its errors as sentences without the password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tutor.classroom.database_address import DatabaseAddress
from tutor.classroom.learners import NoClass
from tutor.course.words.printable_text import printable

WAITS_SECONDS = 10
"""How long a server may take to answer a new connection."""
# A line that is cut without a word is found out within a minute, and not after the two hours of the kernel's default.
KEEP_ALIVE = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}


def engine_for(address: DatabaseAddress) -> Engine:
    """An engine whose connections libpq makes: it knows PGPASSWORD, ``.pgpass``, service files and several hosts.

    Times are in UTC. Nothing is connected yet. Raises ``NoClass`` if it is no address.
    """
    try:
        given = {"connect_timeout": WAITS_SECONDS, **KEEP_ALIVE, **conninfo_to_dict(address.text)}
    except psycopg.Error:
        # libpq's own message quotes parts of the address.
        raise NoClass(
            "the address of the database is not understood; expected postgresql://USER@HOST:PORT/DATABASE"
        ) from None

    def connect() -> psycopg.Connection:
        connection = psycopg.connect(**given)  # type: ignore[arg-type]
        connection.execute("SET TIME ZONE 'UTC'")
        connection.commit()
        return connection

    return create_engine("postgresql+psycopg://", creator=connect, pool_pre_ping=True)


@contextmanager
def told() -> Iterator[None]:
    """Errors of the database as ``NoClass`` with a sentence."""
    try:
        yield
    except (SQLAlchemyError, psycopg.Error) as error:
        raise NoClass(sentence(error)) from None


def is_broken_line(error: Exception) -> bool:
    """Whether another try may help: the line broke, the server restarts, or transactions were in each other's way."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, (psycopg.OperationalError, psycopg.InterfaceError)) and not isinstance(
        cause, (psycopg.errors.InvalidAuthorizationSpecification, psycopg.errors.ProgramLimitExceeded)
    )


def sentence(error: Exception) -> str:
    """What the server or libpq said, in one line: never the password, and nothing of SQLAlchemy's own."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return f"the database cannot be used: {' '.join(printable(str(cause)).split()) or type(cause).__name__}"
