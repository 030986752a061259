"""Runs programs in processes that have Keras loaded already. Run as a program of its own; ``keras_process.py`` asks it.

It imports TensorFlow once, which takes seconds, and forks for each program. The program gets a process of its own with
an empty ``__main__``, its own arguments, folder, environment and streams; only the import is behind it. No operation of
TensorFlow runs before a fork, so there is no thread yet that a fork would lose.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import traceback
from typing import Any, NoReturn


def run(asked: dict[str, Any]) -> NoReturn:
    """Become the program, and end with its exit status."""
    status = 1
    try:
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.argv = asked["arguments"]
        sys.path[:0] = asked["path"]
        runpy.run_path(sys.argv[0], run_name="__main__")
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    """Fork for each line of standard input, and answer with the exit status."""
    import h5py  # noqa: F401
    import keras  # noqa: F401

    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            run(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
