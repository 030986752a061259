"""What all tests share."""

from __future__ import annotations

import gc
import importlib.util
import os
import signal
import threading
from collections.abc import Iterator

import pytest

from tests import forked_worker
from tests.keras_process import KerasProcess
from tutor.course.record import event_file
from tutor.training.worker import process


def pytest_configure() -> None:
    """Ctrl-C does what it usually does, also where the tests run in the background of a script."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """What ``-n auto`` stands for: one more than there are cores, for tests wait much for programs and screens."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """One process runs the tests that share what takes long to make."""
    from tests.scheduling import scheduler

    return scheduler(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked ``tensorflow`` are skipped, with the reason, where it is not installed."""
    if importlib.util.find_spec("tensorflow") is None:
        for item in items:
            if "tensorflow" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="TensorFlow is not installed"))


def pytest_collection_finish() -> None:
    """What is there before the first test is no garbage: searches need not go through it for every test again."""
    gc.collect()
    gc.freeze()
    # An app makes and drops objects by the hundred thousand: Python would search for cycles a thousand times a test.
    # What gathers for longer is no longer in the processor's cache, and takes twice as long to free.
    gc.set_threshold(5_000, 10, 50)


@pytest.fixture(autouse=True)
def _own_state_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the progress of whoever runs it."""
    monkeypatch.setenv("DL_TUTOR_STATE", str(tmp_path_factory.mktemp("state")))
    monkeypatch.delenv("DL_TUTOR_LESSONS", raising=False)
    # Nor do packs for all users of this machine stand among the lessons.
    monkeypatch.setenv("DL_TUTOR_PACKS", os.devnull)


@pytest.fixture(autouse=True)
def _workers_start_soon(request: pytest.FixtureRequest) -> Iterator[None]:
    """Workers start in forks of a process that has TensorFlow loaded, except in tests of their start."""
    # A context of its own: a test may undo what it has patched.
    with pytest.MonkeyPatch.context() as patch:
        if "true_worker" not in request.keywords:
            patch.setattr(process, "start_directly", forked_worker.start)
        yield


@pytest.fixture(autouse=True)
def _nothing_waits_for_the_disk(request: pytest.FixtureRequest) -> Iterator[None]:
    """Only a power cut shows whether SQLite waited for the disk; it takes longer than what most tests do."""
    with pytest.MonkeyPatch.context() as patch:
        if "waits_for_disk" not in request.keywords:
            patch.setattr(event_file, "SYNCHRONOUS", "OFF")
        yield


@pytest.fixture(scope="session")
def keras_process() -> Iterator[KerasProcess]:
    """Processes that have Keras loaded: each process of the tests imports TensorFlow once, in a child."""
    process = KerasProcess()
    yield process
    process.close()
