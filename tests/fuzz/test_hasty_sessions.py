"""Keys and clicks faster than the screen follows; more by hand: ``python -m tests.fuzz --hasty``, or the variable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fuzz.hasty_keys import ANSWERED_TOO_OFTEN, hasty_bursts
from tests.fuzz.hostile_bytes import LEAVES, Send
from tests.fuzz.hostile_session import BURSTS, TOGETHER, run_hostile

SEEDS = int(os.environ.get("DL_TUTOR_HASTY_SEEDS", "4"))
"""How many; each takes some seconds."""

needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory in /proc")


@needs_proc
@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_the_program_lives_through_haste(first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where a press of a lab's key writes a program.
    monkeypatch.chdir(tmp_path)
    run_hostile(first, TOGETHER, tmp_path, hasty_bursts)


def test_a_seed_says_all_and_leaves_by_no_key_of_its_own() -> None:
    assert hasty_bursts(3, BURSTS) == hasty_bursts(3, BURSTS)
    assert hasty_bursts(3, BURSTS) != hasty_bursts(4, BURSTS)
    sent = b"".join(burst.data for burst in hasty_bursts(3, 500) if isinstance(burst, Send))
    assert not set(sent) & set(LEAVES)
    assert all(part.encode() in sent for part in ANSWERED_TOO_OFTEN)
