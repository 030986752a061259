"""Keras in processes of its own, so that no test loads TensorFlow: one import for all programs of a test run."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

SERVER = Path(__file__).parent / "keras_server.py"
GIVE_UP_SECONDS = 900.0


class KerasProcess:
    """Runs programs where Keras is loaded already, each in a fork of its own; see ``keras_server.py``."""

    def __init__(self) -> None:
        quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "OPENBLAS_NUM_THREADS": "1"}
        # The networks here are small: a second thread for an operation only spins, on the core of another test.
        self._environment = {**quiet, "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
        self._server = subprocess.Popen(
            [sys.executable, "-I", str(SERVER)], env={**os.environ, **self._environment},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def run(
        self, program: Path, *arguments: str | Path, folder: Path | None = None, isolated: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run a file in ``folder``, by default its own; ``isolated`` keeps its folder from what it can import."""
        with tempfile.TemporaryDirectory() as streams:
            out, err = Path(streams, "out"), Path(streams, "err")
            asked = {
                "arguments": [str(program), *map(str, arguments)],
                "folder": str(folder or program.parent),
                "path": [] if isolated else [str(program.parent)],
                "environment": {**os.environ, **self._environment},
                "out": str(out),
                "err": str(err),
            }
            status = self._ask(asked)
            return subprocess.CompletedProcess(asked["arguments"], status, out.read_text(), err.read_text())

    def lines(self, program: str | Path, *arguments: str | Path) -> list[Any]:
        """Run a program, a file or its text, that prints lines of JSON, and read them."""
        with tempfile.TemporaryDirectory() as folder:
            if isinstance(program, str):
                text, program = textwrap.dedent(program), Path(folder, "program.py")
                program.write_text(text, encoding="utf-8")
            done = self.run(program, *arguments)
        assert done.returncode == 0, done.stderr[-4000:]
        return [json.loads(line) for line in done.stdout.splitlines()]

    def close(self) -> None:
        """End the server."""
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait()

    def _ask(self, asked: dict[str, Any]) -> int:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(json.dumps(asked), file=self._server.stdin, flush=True)
        if not select.select([self._server.stdout], [], [], GIVE_UP_SECONDS)[0]:
            self._server.kill()
            raise AssertionError(f"no end after {GIVE_UP_SECONDS:g} s: {asked['arguments']}")
        answer = self._server.stdout.readline()
        assert answer, f"the server of Keras ended: {self._server.wait()}"
        return int(answer)
