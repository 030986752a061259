"""A child process for loading TensorFlow and for reading untrusted files, neither of which may happen in this process.

It reads one message from standard input and writes one to standard output; ``ask`` is the parent's side. On systems
that can limit processes, the one that reads an untrusted file gets little memory and little time.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tutor.backends.availability import why_no_tensorflow
from tutor.engine.parameters import Array
from tutor.engine.spec import spec_from_dict
from tutor.exchange.errors import ExchangeError
from tutor.training.worker.launcher import ENVIRONMENT
from tutor.training.worker.messages import Arrays, Message, receive, send

PATIENCE_SECONDS = 300
READER_BYTES = 2 << 30
READER_SECONDS = 120


def ask(values: Mapping[str, Any], arrays: Arrays | None = None) -> Message:
    """Ask a child and return its answer. Raises ``ExchangeError`` with the reason if it refuses or ends."""
    question = io.BytesIO()
    send(question, values, arrays)
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "tutor.exchange.child"],
            input=question.getvalue(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **ENVIRONMENT},
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ExchangeError(f"it took longer than {PATIENCE_SECONDS} seconds and was stopped") from None
    answer = receive(io.BytesIO(done.stdout))
    if answer is None:
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"exit status {done.returncode}"
        raise ExchangeError(f"the process that did it ended ({how})")
    if "failure" in answer[0]:
        raise ExchangeError(answer[0]["failure"])
    return answer


def _write(values: Mapping[str, Any], arrays: Arrays) -> Message:
    """The bytes of a ``.keras`` file."""
    if missing := why_no_tensorflow():
        raise ExchangeError(f"Keras writes .keras files; export to numpy needs nothing. {missing}")
    try:
        from tutor.backends.keras_file import keras_file
    except Exception as error:
        raise ExchangeError(
            f"Keras writes a .keras file, and does not load here ({type(error).__name__}: {error}); "
            "export to numpy instead, which needs nothing"
        ) from error
    import numpy as np

    theta: Array = arrays["theta"]
    data = keras_file(spec_from_dict(values["spec"]), theta, arrays["moving"])
    return {}, {"content": np.frombuffer(data, dtype=np.uint8)}


def _read(values: Mapping[str, Any], _arrays: Arrays) -> Message:
    """The specification and the weights of a ``.keras`` file."""
    _limit_this_process()
    from tutor.exchange.keras_archive import read_archive

    return read_archive(Path(values["file"]))


def _limit_this_process() -> None:
    with contextlib.suppress(ImportError):  # Windows has no such limits
        import resource

        for limit, most in ((resource.RLIMIT_AS, READER_BYTES), (resource.RLIMIT_CPU, READER_SECONDS)):
            # macOS has the limit but refuses to set it.
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(limit, (most, most))


def main() -> None:
    """Answer the request on standard input."""
    answers = os.fdopen(os.dup(1), "wb")
    # Keep anything that a library prints out of the answer.
    os.dup2(2, 1)
    question = receive(sys.stdin.buffer)
    if question is None:
        return
    try:
        answer = {"write": _write, "read": _read}[question[0]["do"]](*question)
    except ExchangeError as refused:
        answer = {"failure": str(refused)}, {}
    except MemoryError:
        answer = {"failure": f"it would take more than {READER_BYTES >> 30} GB of memory"}, {}
    except Exception as error:
        answer = {"failure": f"it could not be done: {type(error).__name__}: {error}"}, {}
    send(answers, *answer)
    answers.close()


if __name__ == "__main__":
    main()
