"""How the warm process is started: as a child, or by the launcher for an interface that can start nothing itself."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Protocol

from tutor.training.worker.launcher import StartedWorker

_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}


class RunnerStarter(Protocol):
    """Starts the warm process. Raises ``OSError``."""

    def __call__(self) -> StartedWorker:
        """The process, running."""


def start_directly() -> StartedWorker:
    """A ``RunnerStarter``: start it as a child of this process."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "tutor.practice.runner.program"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, **_ENVIRONMENT}, start_new_session=True,
    )  # fmt: skip
