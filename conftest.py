"""What the tests and the scripts beside the lessons share."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from importlib.util import find_spec
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
WORKERS: pytest.StashKey[Any] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    """One process starts the workers of all processes of the tests."""
    if sys.platform == "linux" and not hasattr(config, "workerinput") and find_spec("tensorflow") is not None:
        from tests.forked_worker import WorkerServer

        config.stash[WORKERS] = WorkerServer()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Loading TensorFlow for them is not worth it where no test needs it."""
    if any("tensorflow" in item.keywords for item in session.items):
        from tests.forked_worker import WANTED

        os.environ[WANTED] = "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """The walk-through scripts of the lessons share a worker; each would load TensorFlow for a step or two."""
    if item.path.suffix != ".walk":
        return (yield)
    from tests.forked_worker import start
    from tests.shared_workshop import SharedWorkshop
    from tutor.scripting import runner
    from tutor.training.worker import process

    if SHARED not in item.config.stash:
        item.config.stash[SHARED] = SharedWorkshop()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "Workshop", item.config.stash[SHARED])
        patch.setattr(process, "start_directly", start)
        return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was shared."""
    if SHARED in config.stash:
        config.stash[SHARED].end()
    if WORKERS in config.stash:
        config.stash[WORKERS].close()
