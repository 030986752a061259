"""``python -m tests.fuzz [--hostile|--hasty] [--first N] [--seeds N] [--events N]``: many sessions, and which fail."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
import traceback
from pathlib import Path

from tests.fuzz.hasty_keys import hasty_bursts
from tests.fuzz.hostile_bytes import hostile_bursts
from tests.fuzz.hostile_session import TOGETHER, Bursts, run_hostile
from tests.fuzz.session import Failed, environment, run_session


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--seeds", type=int, default=200, help="how many (200)")
    parser.add_argument("--events", type=int, default=300, help="in each (300)")
    parser.add_argument("--hostile", action="store_true", help="the program in a terminal that sends anything")
    parser.add_argument(
        "--hasty", action="store_true", help="the program in a terminal, with keys faster than it follows"
    )
    given = parser.parse_args()
    if given.hostile or given.hasty:
        return hostile(given.first, given.seeds, hasty_bursts if given.hasty else hostile_bursts)
    failed = []
    for seed in range(given.first, given.first + given.seeds):
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            os.environ |= environment(Path(folder))
            try:
                done = asyncio.run(run_session(seed, given.events, Path(folder)))
                print(f"seed {seed}: {done} events", flush=True)
            except Failed as failure:
                failed.append(seed)
                traceback.print_exception(failure, file=sys.stdout)
                sys.stdout.flush()
    print(f"{given.seeds - len(failed)} of {given.seeds} sessions went well; failed: {failed}")
    return 1 if failed else 0


def hostile(first: int, seeds: int, bursts: Bursts) -> int:
    """Hostile or hasty terminals for so many seeds, from ``first`` on."""
    failed = []
    for start in range(first - first % TOGETHER, first + seeds, TOGETHER):
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            try:
                lived = run_hostile(start, TOGETHER, Path(folder), bursts)
                print(
                    f"seeds {start} to {start + TOGETHER - 1}: {lived.megabytes:.0f} MB, left {lived.left} times",
                    flush=True,
                )
            except Failed as failure:
                failed.append(start)
                print(failure, flush=True)
    print(f"{seeds} seeds; where it went wrong, they begin with {failed}")
    return 1 if failed else 0


sys.exit(main())
