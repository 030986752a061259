"""Keras in a process of its own, so that no test loads TensorFlow."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from typing import Any


def in_child(program: str) -> list[Any]:
    """Run a program that prints lines of JSON, and read them."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=1800, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]
