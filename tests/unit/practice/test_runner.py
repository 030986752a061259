"""Strangers' code: what it returns comes back as values, and nothing that it does reaches beyond its process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.practice.conftest import needs_sandbox
from tutor.practice.runner.child import MEMORY, OUTPUT
from tutor.practice.runner.client import Call, Outcome, Runner
from tutor.practice.runner.values import Code, Other, ValuesError, from_bytes, to_bytes

pytestmark = needs_sandbox
X = np.arange(6.0).reshape(2, 3)


def ran(runner: Runner, body: str, *arguments: Any, top: str = "import os, sys\nimport numpy as np\n") -> Outcome:
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    return runner.run(f"{top}def f(x):\n{lines}\n", "f", [arguments or (X,)])


def only(outcome: Outcome) -> Call:
    assert outcome.ended == "ok", outcome
    return outcome.calls[0]


def test_numbers_come_back_as_they_are(runner: Runner) -> None:
    call = only(ran(runner, "y = x * 2\nreturn y, np.float32(0.5), [1, True], {'a': None}"))
    doubled, single, listed, named = call.value
    assert np.array_equal(doubled, 2 * X)
    assert single.dtype == np.float32
    assert listed == [1, True]
    assert named == {"a": None}
    assert np.array_equal(call.locals["y"], 2 * X)


def test_what_is_no_number_comes_back_as_the_name_of_its_type(runner: Runner) -> None:
    assert only(ran(runner, "return open")).value == Other("builtin_function_or_method")
    assert only(ran(runner, "return np.array([print])")).value == Other("an array of object")


def test_a_function_can_be_an_argument(runner: Runner) -> None:
    square = Code("def g(v):\n    return v * v\n", "g")
    assert only(ran(runner, "return x(3)", square)).value == 9


def test_an_argument_that_is_changed_is_told(runner: Runner) -> None:
    assert only(ran(runner, "x[0] = 5\nreturn 1.0")).changed == (0,)
    assert only(ran(runner, "return x + 1")).changed == ()


def test_a_program_that_changes_its_arguments_leaves_those_of_the_next_alone(runner: Runner) -> None:
    changing, reading = "def f(x):\n    x += 1\n    return x\n", "def f(x):\n    return x * 1\n"
    first, second = runner.run_all([changing, reading], "f", [(X,)])
    assert np.array_equal(only(first).value, X + 1)
    assert np.array_equal(only(second).value, X)


@pytest.mark.parametrize(
    ("body", "kind", "line"),
    [
        ("return undefined", "NameError", 4),
        ("y = 1\nreturn y[0]", "TypeError", 5),
        ("raise SystemExit", "SystemExit", 4),
        ("raise BaseException('no')", "BaseException", 4),
        ("return np.ones(10**9)", "MemoryError", 4),
        ("return f(x)", "RecursionError", 3),
        (f"print('a' * {OUTPUT + 1})", "_TooMuchPrinted", 4),
        ("return x @ x", "ValueError", 4),
    ],
)
def test_a_failure_has_its_line(runner: Runner, body: str, kind: str, line: int) -> None:
    failure = only(ran(runner, body)).failure
    assert failure is not None
    assert (failure.type, failure.line) == (kind, line)


def test_a_file_that_is_no_python_has_its_line(runner: Runner) -> None:
    outcome = runner.run("def f(x):\n    return (x\n", "f", [(X,)])
    assert outcome.failure is not None
    assert (outcome.ended, outcome.failure.type, outcome.failure.line) == ("error", "SyntaxError", 2)


def test_of_a_text_over_several_lines_only_the_line_at_fault_is_shown(runner: Runner) -> None:
    outcome = runner.run('def f(x):\n    """One\n    two\n    """three\n    return x\n', "f", [(X,)])
    assert outcome.failure is not None
    assert (outcome.failure.line, outcome.failure.text) == (4, '"""three')


def test_a_loop_without_end_is_ended_at_its_line(runner: Runner) -> None:
    outcome = ran(runner, "y = 0\nwhile True:\n    y += 1")
    assert outcome.ended == "time"
    assert outcome.line in (5, 6)


def test_a_loop_that_will_not_hear_is_ended_too(runner: Runner) -> None:
    body = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"
    assert ran(runner, body).ended in ("time", "killed")


def test_the_next_check_is_as_if_nothing_had_been(runner: Runner) -> None:
    """A check changes NumPy, ends its process, or leaves a thread: it is all gone with its fork."""
    for body in (
        "np.exp = lambda v: 0\nnp.ndarray = None\nreturn 1.0",
        "os._exit(0)",
        "os.kill(os.getpid(), 9)",
        "import threading\nthreading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start()\nreturn 1.0",
    ):
        ran(runner, body)
        assert only(ran(runner, "return np.exp(0.0)")).value == 1.0


@pytest.mark.parametrize(
    "body",
    [
        "return open('/etc/passwd').read()",
        f"return open({str(Path(__file__).parents[3] / 'exercises' / '06_softmax' / 'solution.py')!r}).read()",
        f"return os.listdir({str(Path.home())!r})",
        "open('/tmp/left-behind', 'w')",
        "import socket\nreturn socket.socket()",
        "import subprocess\nreturn subprocess.run(['/bin/ls']).returncode",
        "return os.fork()",
        "return os.kill(os.getppid(), 0)",
        "return open(f'/proc/{os.getppid()}/mem', 'rb').read(1)",
        "import ctypes\nreturn ctypes.CDLL('libc.so.6').fork() + 1 or os.open('/etc', 0)",
        "import tutor.engine.activations\nreturn 1.0",
        "import keras\nreturn open(keras.Sequential.build.__code__.co_filename).read()",
    ],
)
def test_what_is_out_of_reach(runner: Runner, body: str) -> None:
    failure = only(ran(runner, body)).failure
    assert failure is not None
    assert failure.type in ("PermissionError", "OSError", "ModuleNotFoundError")


def test_the_solution_is_nowhere_in_its_memory(runner: Runner) -> None:
    body = (
        "import gc\n"
        "texts = [o for o in gc.get_objects() if isinstance(o, str)]\n"
        "tables = [o for o in gc.get_objects() if isinstance(o, dict)]\n"
        "texts += [v for table in tables for v in list(table.values()) if isinstance(v, str)]\n"
        "return float(sum('keepdims=True)\\n    return e / ' + 'total' in text for text in texts))"
    )
    assert only(ran(runner, body)).value == 0.0


def test_it_cannot_write_to_the_pipes_of_the_process_that_forks(runner: Runner) -> None:
    body = (
        "n = 0\n"
        "for d in range(256):\n"
        "    try:\n"
        "        os.write(d, b'\\x08' * 64); n += 1\n"
        "    except OSError:\n"
        "        pass\n"
        "return float(n)"
    )
    # What it wrote into its own answer spoils that one alone.
    assert ran(runner, body).ended == "left"
    assert only(ran(runner, "return 1.0")).value == 1.0


def test_only_files_that_are_given_can_be_read(runner: Runner, tmp_path: Path) -> None:
    given, other = tmp_path / "shapes.dat", tmp_path / "other.dat"
    for file in (given, other):
        file.write_text("1 0", encoding="utf-8")
    source = "def f(name):\n    return float(len(open(name).read()))\n"
    assert runner.run(source, "f", [(str(given),)], [given]).calls[0].value == 3.0
    refused = runner.run(source, "f", [(str(other),)], [given]).calls[0].failure
    assert refused is not None
    assert refused.type == "PermissionError"


def test_memory_has_a_limit_beyond_what_python_takes(runner: Runner) -> None:
    assert only(ran(runner, f"return float(len(bytes({MEMORY // 2})))")).failure is None
    assert only(ran(runner, f"return float(len(bytes({2 * MEMORY})))")).failure is not None


@pytest.mark.parametrize("data", [b"", b"\x00" * 8, bytes(range(64)), b"\xff" * 100, to_bytes([X])[:-8]])
def test_bytes_that_are_no_values_are_refused(data: bytes) -> None:
    with pytest.raises(ValuesError):
        from_bytes(data)


def test_a_place_beyond_the_bytes_is_refused() -> None:
    data = to_bytes(X).replace(b", 0, false", b", 9, false")
    with pytest.raises(ValuesError):
        from_bytes(data)
