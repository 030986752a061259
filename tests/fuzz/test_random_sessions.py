"""Some random sessions; more of them by the variable, or by hand: ``python -m tests.fuzz``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.emulator import emulator_of_apps
from tests.fuzz.events import random_events
from tests.fuzz.session import environment, run_session

SEEDS = int(os.environ.get("DL_TUTOR_RANDOM_SEEDS", "6"))
"""How many; each takes some seconds."""
EVENTS = 100


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_a_random_session_goes_well(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where a press of a lab's key writes a program.
    monkeypatch.chdir(tmp_path)
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    assert await run_session(seed, EVENTS, tmp_path / "state", emulator_of_apps(monkeypatch)) > 0


def test_a_seed_says_all() -> None:
    assert random_events(3, 50) == random_events(3, 50)
    assert random_events(3, 50) != random_events(4, 50)
