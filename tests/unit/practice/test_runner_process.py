"""The process that forks: what it refuses to be asked, how it and its forks end, and what it costs to have it."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.e2e.terminal import alive, children, wait_gone
from tests.unit.practice.conftest import needs_sandbox
from tutor.practice import checking
from tutor.practice.bank import Bank, bank_of_one, build_bank, with_pairs
from tutor.practice.checking import TOO_BUSY, Checker
from tutor.practice.exercise import Exercise
from tutor.practice.loading import read_exercise
from tutor.practice.runner.client import Outcome, Runner, RunnerGone
from tutor.practice.runner.frames import IDLE_EXIT, read_frame, write_frame
from tutor.practice.runner.program import IDLE_VARIABLE, REFUSED_EXIT
from tutor.practice.runner.request import MOST_SECONDS, RequestRefused, read_request
from tutor.practice.runner.starting import start_directly
from tutor.practice.runner.values import MOST_BYTES, TooLarge, ValuesError, from_bytes, to_bytes
from tutor.resources import exercises_folder
from tutor.training.worker.launcher import StartedWorker, WorkerLauncher

pytestmark = needs_sandbox
ONE = "def f(x):\n    return 1.0\n"
FORGETS_ITS_PARENT = (
    "def f(name):\n"
    "    import ctypes, signal, time\n"
    "    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)\n"
    "    for number in range(1, 65):\n"
    "        try:\n"
    "            signal.signal(number, signal.SIG_IGN)\n"
    "        except (OSError, ValueError):\n"
    "            pass\n"
    "    while True:\n"
    "        time.sleep(1)\n"
)
"""It wants to stay: it takes back that it ends with its parent, and ignores every signal that it can."""


def asked(**changed: Any) -> bytes:
    usual: dict[str, Any] = {
        "sources": [ONE], "function": "f", "calls": [[1.0]], "readable": [], "unprotected": False, "seconds": 1,
        "locals": True,
    }  # fmt: skip
    return to_bytes({**usual, **changed})


@pytest.fixture
def launcher() -> Iterator[WorkerLauncher]:
    started = WorkerLauncher(os.environ)
    yield started
    started._socket.close()
    os.waitpid(started.pid, 0)


def streams(process: StartedWorker) -> tuple[Any, Any]:
    return process.stdin, process.stdout


def until(holds: Callable[[], Any]) -> Any:
    end = time.monotonic() + 20
    while not (found := holds()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return found


def ignores_the_last_signal(pid: int) -> bool:
    ignored = int(Path(f"/proc/{pid}/status").read_text().split("SigIgn:")[1].split()[0], 16)
    return bool(ignored & 1 << 63)


# What it is asked


def test_a_request_is_what_it_was() -> None:
    request = read_request(asked(readable=["/data"], unprotected=True), never_unprotected=False)
    assert (request.sources, request.function, request.calls) == ((ONE,), "f", ([1.0],))
    assert (request.seconds, request.readable, request.unprotected) == (1, (Path("/data"),), True)


REFUSED = [
    {"seconds": 0}, {"seconds": MOST_SECONDS + 1}, {"seconds": 1.0}, {"seconds": True}, {"seconds": None},
    {"sources": ONE}, {"sources": None}, {"sources": [1]}, {"function": 1}, {"function": None},
    {"calls": [1.0]}, {"calls": None}, {"calls": ["text"]}, {"readable": [1]}, {"readable": None},
    {"unprotected": 1}, {"unprotected": None}, {"unprotected": np.ones(2)}, {"locals": 1},
]  # fmt: skip


@pytest.mark.parametrize("changed", REFUSED, ids=str)
def test_what_is_no_request_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(RequestRefused):
        read_request(asked(**changed), never_unprotected=False)


@pytest.mark.parametrize("changed", [{"unprotected": True}, {"readable": ["/etc/passwd"]}], ids=str)
def test_an_interface_that_is_not_believed_gets_neither_files_nor_an_unprotected_run(changed: dict[str, Any]) -> None:
    read_request(asked(), never_unprotected=True)
    with pytest.raises(RequestRefused):
        read_request(asked(**changed), never_unprotected=True)


PLAIN = [
    "[]", "{}", "1", '"x"', "null", '{"is": 1}', '{"float": 1' + "0" * 400 + "}", '{"float": []}', '{"int": true}',
    '{"list": 1}', '{"dict": [1]}', '{"dict": [["a"]]}', '{"code": []}', '{"code": 5}', "[" * 5000,
    '{"list": [' * 50 + "1" + "]}" * 50, '{"array": ["<f8", [0, 1' + "0" * 30 + "], 0, false]}",
    '{"array": ["<f8", [-1], 0, false]}', '{"array": ["<f8", [2], 0, false]}', '{"array": ["O", [1], 0, false]}',
    '{"array": ["<f8,<f8", [1], 0, false]}', '{"array": ["<M8[s]", [1], 0, false]}',
    '{"array": ["f99", [1], 0, false]}',
    '{"array": [["<f8"], [1], 0, false]}', '{"array": ["<f8", [' + "1," * 99 + "1], 0, false]}", '{"array": "<f8"}',
]  # fmt: skip


@pytest.mark.parametrize("plain", PLAIN, ids=range(len(PLAIN)))
def test_hostile_values_are_refused_and_nothing_else_happens(plain: str) -> None:
    data = len(plain).to_bytes(8, "little") + plain.encode() + bytes(8)
    with pytest.raises(ValuesError):
        from_bytes(data)
    with pytest.raises(RequestRefused):
        read_request(data, never_unprotected=True)


def test_more_text_than_is_read_is_too_large() -> None:
    with pytest.raises(TooLarge):
        from_bytes(to_bytes(["x" * 5_000_000]))
    assert len(from_bytes(to_bytes(np.zeros(1_000_000)))) == 1_000_000


@pytest.mark.parametrize("result", ["'x' * 5_000_000", "np.zeros(3_000_000)", "[0] * 450_000"])
def test_a_program_that_returns_too_much_is_told_so(runner: Runner, result: str) -> None:
    outcome = runner.run(f"import numpy as np\ndef f(x):\n    return {result}\n", "f", [(1.0,)])
    assert outcome.ended == "too large"


FORGED = [
    {"ended": "ok", "calls": [{"changed": [float("inf")]}]}, {"ended": "ok", "calls": 5}, {"ended": "ok", "error": []},
    {"ended": "ok", "calls": [{"changed": 1}]}, {"ended": "ok", "calls": [[]]}, {"programs": 5}, {}, [], None, 1.0,
    {"ended": "ok", "calls": [{"locals": 1.0}]}, {"programs": [None]}, {"ended": "ok", "calls": [{"error": {}}]},
]  # fmt: skip


@pytest.mark.parametrize("answer", FORGED, ids=str)
def test_a_forged_answer_is_that_of_a_program_that_ended_itself(runner: Runner, answer: Any) -> None:
    source = (
        "import os\n"
        "def f(x):\n"
        "    for d in range(3, 99):\n"
        "        try:\n"
        f"            os.write(d, {to_bytes(answer)!r})\n"
        "        except OSError:\n"
        "            pass\n"
        "    os._exit(0)\n"
    )
    assert runner.run(source, "f", [(1.0,)]) == Outcome("left")


# What the launcher starts


def test_the_launched_one_checks(launcher: WorkerLauncher) -> None:
    with Runner(start=launcher.start_runner) as runner:
        assert runner.run(ONE, "f", [(1.0,)]).calls[0].value == 1.0


HOSTILE = [
    asked(unprotected=True), asked(readable=["/etc/passwd"]), asked(seconds=10**9), asked(seconds=-1), b"", b"x" * 100,
    to_bytes([]),
]  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_the_launched_one_ends_at_a_request_that_it_does_not_grant(launcher: WorkerLauncher, data: bytes) -> None:
    process = launcher.start_runner()
    requests, answers = streams(process)
    write_frame(requests, data)
    assert answers.read() == b""
    assert process.wait(20) == REFUSED_EXIT


def test_a_length_beyond_all_memory_is_not_read(launcher: WorkerLauncher) -> None:
    process = launcher.start_runner()
    requests, answers = streams(process)
    requests.write((MOST_BYTES + 1).to_bytes(8, "little") + b"x")
    requests.flush()
    assert answers.read() == b""
    assert process.wait(20) == 0


def test_two_requests_at_once_are_run_one_after_the_other(launcher: WorkerLauncher) -> None:
    process = launcher.start_runner()
    requests, answers = streams(process)
    sleeps = "def f(x):\n    import time\n    time.sleep(0.3)\n    return x\n"
    write_frame(requests, asked(sources=[sleeps], calls=[[1.0]]))
    write_frame(requests, asked(sources=[sleeps], calls=[[2.0]]))
    until(lambda: children(process.pid))
    assert len(children(process.pid)) == 1
    for _ in range(2):
        data = read_frame(answers)
        assert data is not None
        assert from_bytes(data)["ended"] == "ok"
        assert len(children(process.pid)) <= 1
    requests.close()
    assert process.wait(20) == 0


def test_it_gives_way_to_the_interface_and_its_forks_to_everything(launcher: WorkerLauncher) -> None:
    process = launcher.start_runner()
    requests, answers = streams(process)
    write_frame(requests, asked(sources=[FORGETS_ITS_PARENT]))
    (fork,) = until(lambda: children(process.pid))
    until(lambda: Path(f"/proc/{fork}/oom_score_adj").read_text().strip() == "1000")
    assert os.getpriority(os.PRIO_PROCESS, process.pid) >= min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    until(lambda: "NoNewPrivs:\t1" in Path(f"/proc/{fork}/status").read_text())
    assert resource.prlimit(fork, resource.RLIMIT_NPROC) == (0, 0)
    requests.close()
    answers.close()


# How it ends


@pytest.mark.parametrize("by_force", [False, True])
def test_no_fork_outlives_it(by_force: bool) -> None:
    process = start_directly()
    requests, answers = streams(process)
    write_frame(requests, asked(sources=[FORGETS_ITS_PARENT], seconds=MOST_SECONDS))
    (fork,) = until(lambda: children(process.pid))
    until(lambda: ignores_the_last_signal(fork))
    if by_force:
        process.kill()
    else:
        requests.close()
    process.wait(20)
    wait_gone([fork], give_up=2)
    for stream in (requests, answers):
        with contextlib.suppress(OSError):
            stream.close()


def idle_soon(seconds: float = 0.2) -> StartedWorker:
    return subprocess.Popen(
        [sys.executable, "-m", "tutor.practice.runner.program"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, IDLE_VARIABLE: str(seconds)},
    )  # fmt: skip


def test_it_ends_when_idle_and_the_next_check_starts_another() -> None:
    with Runner(start=idle_soon) as runner:
        for _ in range(2):
            first = runner._process
            assert first.wait(20) == IDLE_EXIT
            assert runner.run(ONE, "f", [(1.0,)]).calls[0].value == 1.0
            assert runner._process is not first
        last = runner._process.pid
    assert not alive(last)


def test_one_that_is_gone_otherwise_is_said_to_be() -> None:
    with Runner(start=partial(idle_soon, 60.0)) as runner:
        runner._process.kill()
        runner._process.wait(20)
        with pytest.raises(RunnerGone):
            runner.run(ONE, "f", [(1.0,)])


def test_one_that_cannot_be_started_is_said_to_be() -> None:
    def fails() -> StartedWorker:
        raise BrokenPipeError

    with pytest.raises(RunnerGone):
        Runner(start=fails)


# Where the bank of bugs could not be made


@pytest.fixture
def softmax() -> Exercise:
    return read_exercise(exercises_folder() / "06_softmax")


def test_where_the_bugs_could_not_run_nothing_is_judged_and_nothing_kept(
    checker: Checker, softmax: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "_banks", {})
    with monkeypatch.context() as busy:
        busy.setattr(checker._runner, "run_all", lambda sources, *_, **__: [Outcome("time")] * len(sources))
        assert checker.check(softmax, softmax.solution).say == TOO_BUSY
    assert checker.check(softmax, softmax.solution).word == "right"


def test_a_bank_is_whole_only_if_every_part_of_it_ran(
    checker: Checker, softmax: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = checker._runner.run_all
    parts: list[int] = []

    def last_one_too_slow(sources: list[str], *given: Any, **named: Any) -> list[Outcome]:
        parts.append(len(sources))
        return [Outcome("time")] * len(sources) if len(parts) > 1 else usual(sources, *given, **named)

    monkeypatch.setattr(checker._runner, "run_all", last_one_too_slow)
    bank = build_bank(softmax, checker._runner)
    assert len(parts) > 1
    assert bank.ended == "time"
    monkeypatch.setattr(checker, "_banks", {})
    parts.clear()
    assert checker.bank(softmax).ended == "time"
    assert not checker._banks[softmax.id].whole


def test_only_a_fault_that_no_bug_explains_alone_waits_for_the_pairs(
    checker: Checker, softmax: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "_banks", {})
    usual = checker._runner.run_all
    ran: list[int] = []

    def counted(sources: list[str], *given: Any, **named: Any) -> list[Outcome]:
        ran.append(len(sources))
        return usual(sources, *given, **named)

    monkeypatch.setattr(checker._runner, "run_all", counted)
    for source in (softmax.solution, softmax.start, softmax.bugs[0].applied(softmax.solution) or ""):
        checker.check(softmax, source)
    # ``run`` runs one program, ``run_all`` the solution with each bug.
    assert sorted(ran) == [1, 1, 1, 1 + len(softmax.bugs)]
    whole = build_bank(softmax, checker._runner)
    ids = next(each.bugs for each in whole.behaviours if len(each.bugs) == 2)
    both = softmax.bug(ids[1]).applied(softmax.bug(ids[0]).applied(softmax.solution) or "") or ""
    found = checker.check(softmax, both)
    assert found.word == "bug"
    assert checker._banks[softmax.id].whole
    # Whole or not, it says the same.
    assert [checker.check(softmax, each).bugs for each in (softmax.solution, both)] == [(), found.bugs]


def test_a_check_while_the_bank_is_made_waits_for_it(
    checker: Checker, softmax: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "_banks", {})
    made: list[str] = []

    def make(exercise: Exercise, runner: Runner) -> Bank:
        made.append("alone")
        return bank_of_one(exercise, runner)

    def make_pairs(exercise: Exercise, bank: Bank, runner: Runner) -> Bank:
        made.append("pairs")
        return with_pairs(exercise, bank, runner)

    monkeypatch.setattr(checking, "bank_of_one", make)
    monkeypatch.setattr(checking, "with_pairs", make_pairs)
    wrong = softmax.solution.replace("return e", "return 3.7 * e")
    with ThreadPoolExecutor() as pool:
        words = [each.word for each in pool.map(lambda _: checker.check(softmax, wrong), range(3))]
    assert (words, made) == (["wrong"] * 3, ["alone", "pairs"])


def test_a_machine_that_cannot_restrict_is_said_to_be(
    checker: Checker, softmax: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "_banks", {})
    monkeypatch.setattr(checker._runner, "run_all", lambda sources, *_, **__: [Outcome("unprotected")] * len(sources))
    assert "cannot keep the code away from your files" in checker.check(softmax, softmax.solution).say
