"""``python -m benchmarks [NAME …]``: run the named benchmarks, or all, and print one table each.

``--sessions N`` is for ``sessions``: N at once instead of 20 and 100.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from benchmarks import (
    accuracy,
    collecting,
    complete_map,
    data,
    exercises,
    kernels,
    key_latency,
    line,
    memory,
    networks,
    playground,
    resting,
    review,
    sequences,
    sessions,
    start_up,
    studio,
    teaching,
    training_speed,
)

BENCHMARKS: dict[str, Callable[[], bool]] = {
    "start": start_up.run,
    "training": training_speed.run,
    "keys": key_latency.run,
    "line": line.run,
    "memory": memory.run,
    "resting": resting.run,
    "exercises": exercises.run,
    "sessions": sessions.run,
    "networks": networks.run,
    "sequences": sequences.run,
    "kernels": kernels.run,
    "playground": playground.run,
    "studio": studio.run,
    "map": complete_map.run,
    "data": data.run,
    "teaching": teaching.run,
    "review": review.run,
    "collect": collecting.run,
    "accuracy": accuracy.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHMARKS)} (all)")
    parser.add_argument("--sessions", type=int, metavar="N", help="how many SSH sessions at once (20, then 100)")
    given = parser.parse_args()
    names = given.names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"unknown benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    if given.sessions is not None:
        BENCHMARKS["sessions"] = lambda: sessions.run((given.sessions,))
    # Run every benchmark, even if an earlier one missed its target.
    reached = [BENCHMARKS[name]() for name in names]
    return 0 if all(reached) else 1


sys.exit(main())
