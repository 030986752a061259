"""``dl-tutor practice``: the list, the forms as files, pointing at a bug, checks that count for their form."""

from __future__ import annotations

import inspect
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal, tutor_environment
from tests.program import TUTOR
from tests.unit.practice.conftest import needs_sandbox
from tutor.cli import main
from tutor.course.record.progress import LEARNER, Progress
from tutor.engine.activations import softmax
from tutor.practice import permission
from tutor.practice.catalog import find_exercise, read_exercises
from tutor.practice.checking import Checker
from tutor.practice.exercise import Exercise
from tutor.practice.failures import UNPROTECTED
from tutor.practice.forms import form_of
from tutor.practice.record import ExerciseProgress, PracticeRecord
from tutor.practice.runner.client import RunnerGone
from tutor.practice.verdict import Verdict
from tutor.sandbox.restriction import Level

EXERCISES = read_exercises()
SOFTMAX = find_exercise("softmax", EXERCISES)
LEARNERS_SEED = 4
Practice = Callable[..., tuple[int, str, str]]


@pytest.fixture
def practice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Practice:
    """The command, by a learner of a known seed: the status, what it answered, what it told."""
    progress = Progress(tmp_path / "state")
    progress.set_setting(LEARNER, str(LEARNERS_SEED))
    progress.close()

    def run(*words: object) -> tuple[int, str, str]:
        status = main(["--state", str(tmp_path / "state"), "practice", *map(str, words)])
        out, err = capsys.readouterr()
        return status, out, err

    return run


def did(tmp_path: Path) -> ExerciseProgress:
    progress = Progress(tmp_path / "state")
    try:
        return PracticeRecord(progress).of("softmax")
    finally:
        progress.close()


@pytest.mark.parametrize("words", [(), ("--plain",), ("list",)])
def test_without_a_terminal_the_list_is_printed(practice: Practice, words: tuple[str, ...]) -> None:
    status, out, err = practice(*words)
    assert (status, err) == (0, "")
    assert len(out.splitlines()) == len(EXERCISES)
    assert "softmax" in out
    assert "Softmax, 10 minutes: new" in out


@pytest.mark.parametrize("words", [("--json",), ("list", "--json"), ("--json", "list")])
def test_the_list_for_programs(practice: Practice, words: tuple[str, ...]) -> None:
    status, out, _ = practice(*words)
    assert status == 0
    assert [each["id"] for each in json.loads(out)] == [exercise.id for exercise in EXERCISES]


def test_in_a_terminal_the_list_is_on_the_screen(tmp_path: Path) -> None:
    with Terminal([*TUTOR, "practice"], tutor_environment(tmp_path)) as terminal:
        terminal.wait_for("Exercises", "write the function yourself", EXERCISES[0].title)
        terminal.send("q")
        assert terminal.wait_ended() == 0


def test_in_a_terminal_too_the_list_can_be_printed(tmp_path: Path) -> None:
    with Terminal([*TUTOR, "practice", "--plain"], tutor_environment(tmp_path)) as terminal:
        terminal.wait_for(f"{EXERCISES[-1].title}, {EXERCISES[-1].minutes} minutes: new")
        assert terminal.wait_ended() == 0


def test_each_form_is_a_file_that_is_never_written_over(practice: Practice, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    status, out, _ = practice("start", "softmax", "--form", "complete", "--missing", 2, "--out", file)
    assert status == 0
    assert "2 lines are missing" in out
    assert f"practice check softmax {file} --form complete" in out
    assert file.read_text(encoding="utf-8").count("...") == 2
    before = file.read_text(encoding="utf-8")
    status, _, err = practice("start", "softmax", "--form", "find", "--out", file)
    assert (status, err) == (2, f"{file} is there already; choose another name.\n")
    assert file.read_text(encoding="utf-8") == before
    assert practice("start", "softmax", "--missing", 2)[0] == 2


def test_more_is_missing_each_time_that_it_was_completed(practice: Practice, tmp_path: Path) -> None:
    progress = Progress(tmp_path / "state")
    record = PracticeRecord(progress)
    for form, word in (("write", "wrong"), ("complete", "wrong"), ("find", "right"), ("write", "right")):
        record.checked("softmax", Verdict(word, ""), form)
    assert "a line is missing" in practice("start", "softmax", "--form", "complete")[1]
    record.checked("softmax", Verdict("right", ""), "complete")
    progress.close()
    assert "2 lines are missing" in practice("start", "softmax", "--form", "complete")[1]
    assert "a line is missing" in practice("start", "softmax", "--form", "complete", "--missing", 1)[1]


def test_the_bug_follows_from_the_learner_and_is_pointed_at(practice: Practice, tmp_path: Path) -> None:
    bug = SOFTMAX.bugs[LEARNERS_SEED % len(SOFTMAX.bugs)]
    changed = bug.applied(SOFTMAX.solution) or ""
    lines = zip(SOFTMAX.solution.splitlines(), changed.splitlines(), strict=True)
    (at,) = (number for number, (one, other) in enumerate(lines, start=1) if one != other)
    file = tmp_path / "bug.py"
    _, out, _ = practice("start", "softmax", "--form", "find", "--out", file)
    assert "practice point softmax LINE" in out
    assert file.read_text(encoding="utf-8") == changed
    assert f"\n{at}  {changed.splitlines()[at - 1]}\n" in practice("start", "softmax", "--form", "find")[1]
    assert practice("point", "softmax", at)[:2] == (0, f"Yes, it is in line {at}. Mend it, then check.\n")
    assert practice("point", "softmax", 1)[:2] == (1, "Line 1 is right.\n")
    assert practice("point", "softmax", 99)[:2] == (
        1,
        f"There is no line 99; the lines are 1 to {len(changed.splitlines())}.\n",
    )


@needs_sandbox
def test_a_check_counts_for_its_form(practice: Practice, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(SOFTMAX.solution, encoding="utf-8")
    status, out, _ = practice("check", "softmax", file, "--form", "find")
    assert (status, out.splitlines()[0]) == (0, "Right")
    source = inspect.getsource(softmax)
    heading = "The engine's own version (tutor.engine.activations: softmax):"
    assert out.endswith(f"{SOFTMAX.better}\n\n{heading}\n\n{source}")
    assert heading not in practice("check", "softmax", file, "--form", "find", "--json")[1]
    assert (did(tmp_path).forms, did(tmp_path).state) == (("find",), "begun")
    assert "begun, bug found" in practice("list")[1]
    # What stands in another form's file is no draft of the function to write.
    assert practice("start", "softmax")[1].rstrip().endswith(SOFTMAX.start.rstrip())
    assert practice("check", "softmax", file)[0] == 0
    assert did(tmp_path).state == "right"
    assert practice("start", "softmax")[1].rstrip().endswith(SOFTMAX.solution.rstrip())


@needs_sandbox
@pytest.mark.parametrize(("typed", "asked", "second"), [("yes\n", 1, 0), ("no\n", 1, 1), ("what?\n", 2, 1)])
def test_where_code_cannot_be_kept_in_a_terminal_is_asked_once(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, asked: int, second: int
) -> None:
    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

    allowed: list[bool] = []

    class Unprotecting(Checker):
        def __init__(self, unprotected: bool = False) -> None:
            allowed.append(unprotected)
            super().__init__(unprotected)

        def check(self, exercise: Exercise, source: str, seed: int | None = None, count: int = 3) -> Verdict:
            return super().check(exercise, source) if allowed[-1] else Verdict("error", UNPROTECTED)

    monkeypatch.setattr(permission, "reachable_level", lambda: Level(0, False))
    monkeypatch.setattr("tutor.commands.practice.Checker", Unprotecting)
    file = tmp_path / "mine.py"
    file.write_text(SOFTMAX.solution, encoding="utf-8")
    assert "With --unprotected your own code runs" in practice("check", "softmax", file)[1]
    told = ""
    for _ in range(2):
        monkeypatch.setattr("sys.stdin", Typed(typed))
        status, out, err = practice("check", "softmax", file)
        told += err
    assert (told.count("Run it all the same?"), status) == (asked, second)
    assert allowed[-1] == (second == 0)
    assert ("asks anew" in out) == (typed == "no\n")
    # The option runs it, and takes a no back.
    assert practice("check", "softmax", file, "--unprotected")[0] == 0
    monkeypatch.setattr("sys.stdin", Typed("yes\n"))
    status, _, err = practice("check", "softmax", file)
    assert (status, "Run it all the same?" in err) == (0, True)


def test_where_nothing_forks_a_sentence_says_so(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> Checker:
        raise RunnerGone("it ended")

    monkeypatch.setattr("tutor.commands.practice.Checker", ended)
    file = tmp_path / "mine.py"
    file.write_text(SOFTMAX.solution, encoding="utf-8")
    assert "The process that runs your code ended: it ended. Check again." in practice("check", "softmax", file)[1]
    monkeypatch.delattr("os.fork")
    assert "On Windows, start dl-tutor in WSL" in practice("check", "softmax", file)[1]


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_a_bug_that_is_left_as_it_was_is_not_given_away(
    practice: Practice, tmp_path: Path, option: tuple[str, ...]
) -> None:
    file = tmp_path / "bug.py"
    practice("start", "softmax", "--form", "find", "--out", file)
    status, out, _ = practice("check", "softmax", file, "--form", "find", *option)
    assert status == 1
    assert "Nothing is changed yet." in out
    assert form_of(SOFTMAX, "find", bug=LEARNERS_SEED).bug.say not in out
    assert did(tmp_path).tries == 0
