"""Loading digits and letters: seconds, and the memory of a process that does nothing else.

MNIST is the file that ``DL_TUTOR_MNIST`` names; without it, this measures only the shipped data.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys

from benchmarks.report import Figure, print_figures
from tutor.datasets.digits import ENVIRONMENT, synthetic_file

ROUNDS = 7

LOAD = """
import json, resource, time
from tutor.datasets.{module} import {function}
began = time.perf_counter()
data = {function}({given})
seconds = time.perf_counter() - began
# Kilobytes, on Linux.
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, data.origin]))
"""


def loaded(module: str, function: str, given: str = "") -> tuple[float, float, str]:
    """Median seconds and megabytes over several processes, and what they loaded."""
    program = LOAD.format(module=module, function=function, given=given)
    answers = [
        json.loads(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)
        for _ in range(ROUNDS)
    ]
    seconds, megabytes, origins = zip(*answers, strict=True)
    return statistics.median(seconds), statistics.median(megabytes), origins[0]


def run() -> bool:
    figures = []
    if not os.environ.get(ENVIRONMENT):
        print(f"MNIST itself is not measured: {ENVIRONMENT} is not set", file=sys.stderr)
    for module, function, given in (
        ("digits", "find_digits", ""),
        ("digits", "find_digits", f"__import__('pathlib').Path({str(synthetic_file())!r})"),
        ("letters", "find_letters", ""),
    ):
        seconds, megabytes, origin = loaded(module, function, given)
        figures.append(Figure(f"{origin}: time", seconds, " s", at_most=1.0))
        figures.append(Figure(f"{origin}: memory of the process", megabytes, " MB", at_most=250))
    return print_figures("Loading images", figures)
