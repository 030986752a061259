"""``python -m benchmarks [NAME …]``: run the named benchmarks, or all, and print one table each."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks import accuracy, data, kernels, key_latency, line, networks, start_up, training_speed

BENCHMARKS: dict[str, Callable[[], bool]] = {
    "start": start_up.run,
    "training": training_speed.run,
    "keys": key_latency.run,
    "line": line.run,
    "networks": networks.run,
    "kernels": kernels.run,
    "data": data.run,
    "accuracy": accuracy.run,
}


def main() -> int:
    names = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"unknown benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    # Every benchmark is run, whatever an earlier one missed.
    reached = [BENCHMARKS[name]() for name in names]
    return 0 if all(reached) else 1


sys.exit(main())
