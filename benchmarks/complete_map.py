"""The complete map of the shapes network: seconds for all 33,554,432 drawings, and the peak memory of the process."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

from benchmarks.report import Figure, print_figures

ROUNDS = 5

MAP = """
import json, resource
from tutor.commands.map import network_to_map
from tutor.complete_map.drawings import number_of
from tutor.complete_map.report import MapWork
from tutor.datasets.shapes import training_rows

shapes = tuple(number_of(row) for row in training_rows().inputs)
work = MapWork(network_to_map(0).network, shapes, shapes, threads={threads})
while not work.finished:
    work.go_on()
# Kilobytes, on Linux.
print(json.dumps([work.report().seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def mapped(threads: int) -> tuple[float, float]:
    """Median seconds and megabytes over several processes."""
    program = MAP.format(threads=threads)
    words = [sys.executable, "-c", f"import os\nos.environ['OPENBLAS_NUM_THREADS'] = '1'\n{program}"]
    found = [
        json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout) for _ in range(ROUNDS)
    ]
    seconds, megabytes = zip(*found, strict=True)
    return statistics.median(seconds), max(megabytes)


def run() -> bool:
    one, two = mapped(1), mapped(2)
    figures = [
        Figure("every drawing of 25 pixels by the shapes network, one thread", one[0], " s"),
        Figure("the same, two threads", two[0], " s", at_most=6.0),
        Figure("peak memory of the process", max(one[1], two[1]), " MB", at_most=200),
    ]
    return print_figures("The complete map", figures)
