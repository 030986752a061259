"""A hostile terminal; more seeds of it by the variable, or by hand: ``python -m tests.fuzz --hostile``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fuzz.hostile_bytes import LEAVES, Send, hostile_bursts
from tests.fuzz.hostile_session import BURSTS, TOGETHER, run_hostile

SEEDS = int(os.environ.get("DL_TUTOR_HOSTILE_SEEDS", "4"))
"""How many; each takes some seconds."""

needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory in /proc")


@needs_proc
@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_the_program_lives_through_a_hostile_terminal(
    first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where a press of a lab's key writes a program.
    monkeypatch.chdir(tmp_path)
    run_hostile(first, TOGETHER, tmp_path)


def test_a_seed_says_all_and_leaves_by_no_key_of_its_own() -> None:
    assert hostile_bursts(3, BURSTS) == hostile_bursts(3, BURSTS)
    assert hostile_bursts(3, BURSTS) != hostile_bursts(4, BURSTS)
    sent = b"".join(burst.data for burst in hostile_bursts(3, 500) if isinstance(burst, Send))
    assert LEAVES[1] not in sent
