"""Which tests run in one process of ``pytest -n``: those that share what takes long to make.

xdist's own mark for it, ``xdist_group``, is without effect since pytest 9.2, and without a word: it writes the group
into an attribute of the test that is no longer read.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

ROOT = Path(__file__).parent.parent


@cache
def group_of(file: str) -> str:
    """The group of a file's tests; empty if each may run anywhere.

    One server of Keras is enough for all that take ``keras_process``; what a fixture makes for a module is made once.
    """
    path = ROOT / file
    text = path.read_text(encoding="utf-8") if path.suffix == ".py" and path.exists() else ""
    if "keras_process: KerasProcess" in text:
        return "keras"
    return file if '@pytest.fixture(scope="module"' in text else ""


class Grouped(LoadScopeScheduling):
    """The largest groups first, and then test by test, to whichever process is free."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0]) or nodeid


def scheduler(config: pytest.Config, log: object) -> Grouped | None:
    """Takes the place of xdist's scheduler for ``--dist loadgroup``."""
    return Grouped(config, log) if config.getvalue("dist") == "loadgroup" else None
