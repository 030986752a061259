"""What the tests of tables share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tutor.datasets.tables.reading import read_table
from tutor.datasets.tables.table import Table

Written = Callable[[str | bytes], Table]


@pytest.fixture
def table(tmp_path: Path) -> Written:
    """The table that a text, or bytes, is read as."""

    def read(content: str | bytes) -> Table:
        file = tmp_path / "table.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_table(file)

    return read
