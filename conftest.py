"""What the tests and the scripts beside the lessons share."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

# Small matrices: more BLAS threads than one only wait for each other, and the tests already run in parallel.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
if sys.dont_write_bytecode:
    # Every process of the tests, and each of the hundreds of programs that they start, would compile all its modules.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(Path(__file__).parent / ".pytest_cache" / "bytecode")
    sys.dont_write_bytecode = False
SHARED: pytest.StashKey[Any] = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """The walk-through scripts of the lessons share a worker; each would load TensorFlow for a step or two."""
    if item.path.suffix != ".walk":
        return (yield)
    from tests.shared_workshop import SharedWorkshop
    from tutor.scripting import runner

    if SHARED not in item.config.stash:
        item.config.stash[SHARED] = SharedWorkshop()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "Workshop", item.config.stash[SHARED])
        return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was shared."""
    if SHARED in config.stash:
        config.stash[SHARED].end()
