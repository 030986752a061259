"""The tables of a class of many machines. docs/collect.md describes them; a change of them is a new version."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from tutor.classroom.learners import NoClass

VERSION = 1
LOCK = 0x646C_7475_746F
"""The advisory lock of whoever makes the tables."""

metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True, autoincrement=False))

machine = Table(
    "machine", metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)  # fmt: skip

learner = Table(
    "learner", metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("machine_id", Integer, ForeignKey("machine.id"), nullable=False),
    Column("account", Text, nullable=False),
    # How far their log was collected: the number and the identity of the last event that was looked at.
    Column("last_seq", BigInteger, nullable=False, server_default="0"),
    Column("last_uuid", Text, nullable=False, server_default=""),
    UniqueConstraint("machine_id", "account"),
)  # fmt: skip


def _learner_id() -> Column[int]:
    return Column("learner_id", Integer, ForeignKey("learner.id", ondelete="CASCADE"), nullable=False)


event = Table(
    "event", metadata,
    _learner_id(),
    Column("seq", BigInteger, nullable=False),
    Column("uuid", UUID, nullable=False),
    Column("session", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("lesson", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    PrimaryKeyConstraint("learner_id", "seq"),
    UniqueConstraint("learner_id", "uuid"),
)  # fmt: skip

work = Table(
    "work", metadata,
    _learner_id(),
    Column("lesson", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("hints", Integer, nullable=False),
    Column("done_right", Boolean, nullable=False),
    Column("spent_us", BigInteger, nullable=False),
    Column("first", DateTime(timezone=True), nullable=False),
    Column("last", DateTime(timezone=True), nullable=False),
    Column("progress", JSONB, nullable=False),
    PrimaryKeyConstraint("learner_id", "lesson"),
)  # fmt: skip


def make_tables(engine: Engine) -> None:
    """Make the tables where there are none. Raises ``NoClass`` if those there are of another version."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if not inspect(connection).has_table("schema_version"):
            metadata.create_all(connection)
            connection.execute(schema_version.insert().values(version=VERSION))
        check_version(connection)


def check_version(connection: Connection) -> None:
    """Raises ``NoClass`` if there are no tables, or of another version."""
    if not inspect(connection).has_table("schema_version"):
        raise NoClass("nothing was collected in this database: expected the tables that dl-tutor collect makes")
    version = connection.execute(select(schema_version.c.version)).scalar()
    if version != VERSION:
        newer = isinstance(version, int) and version > VERSION
        raise NoClass(
            f"the tables of the database are of version {version}, and this dl-tutor knows {VERSION}"
            + (": use the newer dl-tutor that made them" if newer else "")
        )
