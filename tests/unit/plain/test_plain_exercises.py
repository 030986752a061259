"""Exercises on the plain face: the list, an exercise from its task to right, its forms, and what is typed wrong."""

from __future__ import annotations

import inspect
import io
import os
import random
import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.practice.conftest import needs_sandbox
from tutor.course.record.progress import LEARNER, Progress
from tutor.engine.activations import softmax
from tutor.plain import face
from tutor.plain.face import run
from tutor.plain.interrupts import Interrupts
from tutor.plain.typed_lines import MOST_LINES
from tutor.practice import permission
from tutor.practice.bank import Bank
from tutor.practice.catalog import find_exercise, read_exercises
from tutor.practice.checking import Checker
from tutor.practice.exercise import Exercise
from tutor.practice.failures import UNPROTECTED
from tutor.practice.permission import Permission
from tutor.practice.record import ExerciseProgress, PracticeRecord
from tutor.practice.runner.client import RunnerGone
from tutor.practice.verdict import Verdict
from tutor.sandbox.restriction import Level

EXERCISES = read_exercises()
SOFTMAX = find_exercise("softmax", EXERCISES)
BUG = 4
Say = Callable[..., str]


class Approving(Checker):
    """Runs nothing: whatever is checked is right."""

    def __init__(self) -> None:
        self.checked: list[str] = []
        self.closed = False
        self.is_warm = threading.Event()

    def bank(self, exercise: Exercise) -> Bank:
        self.is_warm.set()
        raise RunnerGone("it need not run anything")

    def check(self, exercise: Exercise, source: str, seed: int | None = None, count: int = 3) -> Verdict:
        self.checked.append(source)
        return Verdict("right", "Right.")

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def say(tmp_path: Path) -> Say:
    """Pipe lines into the face, as a learner of a known seed; what it printed. It must leave with 0."""
    progress = Progress(tmp_path / "state")
    progress.set_setting(LEARNER, str(BUG))
    progress.close()

    def pipe(
        *lines: str, lesson: str | None = None, make_checker: Callable[[], Checker] = Checker, encoding: str = "utf-8"
    ) -> str:
        raw = io.BytesIO()
        out = io.TextIOWrapper(raw, encoding=encoding, newline="")
        stdin = io.StringIO("".join(f"{line}\n" for line in lines))
        assert run(lesson, None, tmp_path / "state", stdin=stdin, stdout=out, make_checker=make_checker) == 0
        out.flush()
        return raw.getvalue().decode(encoding)

    return pipe


def after(output: str, line: str) -> str:
    """What was printed in reply to the last line of that text."""
    return output.rpartition(f"> {line}\n")[2].partition("\n> ")[0]


def did(tmp_path: Path) -> ExerciseProgress:
    progress = Progress(tmp_path / "state")
    try:
        return PracticeRecord(progress).of("softmax")
    finally:
        progress.close()


def test_the_list_of_all_and_of_a_lesson(say: Say) -> None:
    listed = after(say("exercises"), "exercises")
    for number, exercise in enumerate(EXERCISES, start=1):
        assert f"  {number}. {exercise.id}: " in listed
    output = say("exercises", "exercises all", lesson="softmax")
    own = [each for each in EXERCISES if each.lesson == "softmax"]
    assert re.findall(r"^  \d+\. ([\w-]+):", after(output, "exercises"), re.MULTILINE) == [each.id for each in own]
    assert len(re.findall(r"^  \d+\. ", after(output, "exercises all"), re.MULTILINE)) == len(EXERCISES)


def test_a_lesson_without_exercises_says_where_the_others_are(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face, "read_exercises", lambda packs: [SOFTMAX])
    assert after(say("exercises", lesson="neuron"), "exercises").startswith("This lesson has no exercise.")


def test_one_is_opened_by_its_name_or_its_number_with_its_task_and_its_file(say: Say) -> None:
    number = EXERCISES.index(SOFTMAX) + 1
    output = say("exercise softmax", f"exercise {number}", "exercise sofmax", "exercise")
    opened = after(output, "exercise softmax")
    assert opened == after(output, f"exercise {number}")
    assert "Softmax (write it, new). Lesson softmax." in opened
    assert "Turn logits into shares: for each row of z, e to the power of each logit," in opened
    assert SOFTMAX.start.rstrip() in opened
    assert "did you mean 'softmax'?" in after(output, "exercise sofmax")
    assert after(output, "exercise").startswith("Usage: exercise NAME.")


@needs_sandbox
def test_from_the_task_to_right(say: Say, tmp_path: Path) -> None:
    file, bug = tmp_path / "mine.py", SOFTMAX.bugs[0]
    wrong, right = tmp_path / "wrong.py", tmp_path / "right.py"
    wrong.write_text(bug.applied(SOFTMAX.solution) or "", encoding="utf-8")
    right.write_text(SOFTMAX.solution, encoding="utf-8")
    output = say(
        "exercise softmax", "hint", f"start {file}", "check", "hint", f"check {wrong}", f"check {right}", "exercises"
    )
    assert file.read_text(encoding="utf-8") == SOFTMAX.start
    hinted = after(output, "hint").splitlines()
    assert hinted[-1] == "After a check, type hint for a further one."
    assert " ".join(hinted[:-1]).endswith(SOFTMAX.hints[0])
    assert output.count(SOFTMAX.hints[0]) == 1, "there is no hint before a try"
    assert "a ... still stands" in after(output, "check")
    said = after(output, f"check {wrong}")
    assert said.startswith("A known bug\n")
    assert bug.say in said.replace("\n", " ")
    assert "With these inputs:" in said
    assert after(output, f"check {right}").startswith("Right\n")
    own = "The engine's own version (tutor.engine.activations: softmax):"
    assert after(output, f"check {right}").endswith(f"\n\n{own}\n\n{inspect.getsource(softmax).rstrip()}")
    assert own not in after(output, f"check {wrong}")
    assert "10 minutes: right" in after(output, "exercises")
    done = did(tmp_path)
    assert (done.tries, done.hints, done.bugs, done.forms) == (3, 1, (bug.id,), ("write",))


def test_what_was_written_is_kept_and_begins_the_next_file(say: Say, tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text("def softmax(z):\n    return z  # mine\n", encoding="utf-8")
    say("exercise softmax", f"check {mine}", make_checker=Approving)
    output = say("exercise softmax", f"start {tmp_path / 'next.py'}")
    assert "What you wrote last:\n\ndef softmax(z):\n    return z  # mine\n" in output
    assert (tmp_path / "next.py").read_text(encoding="utf-8") == mine.read_text(encoding="utf-8")


def test_no_file_is_written_over(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("mine", encoding="utf-8")
    output = say("exercise softmax", f"start {file}", f"start {tmp_path}", f"start {tmp_path}/nowhere/x.py")
    assert "is there already; choose another name." in after(output, f"start {file}").replace("\n", " ")
    assert "is there already" in after(output, f"start {tmp_path}").replace("\n", " ")
    assert "No such file or directory" in after(output, f"start {tmp_path}/nowhere/x.py").replace("\n", " ")
    assert file.read_text(encoding="utf-8") == "mine"


def test_find_the_bug_point_at_it_and_mend_it(say: Say, tmp_path: Path) -> None:
    bug = SOFTMAX.bugs[BUG % len(SOFTMAX.bugs)]
    given = bug.applied(SOFTMAX.solution) or ""
    pairs = zip(SOFTMAX.solution.splitlines(), given.splitlines(), strict=True)
    (at,) = (number for number, (one, other) in enumerate(pairs, start=1) if one != other)
    file, mended, checker = tmp_path / "bug.py", tmp_path / "mended.py", Approving()
    mended.write_text(SOFTMAX.solution, encoding="utf-8")
    output = say(
        "exercise softmax", "point 1", "form find", f"point {at}", "point 1", "point 99", "point x", f"start {file}",
        "check", f"check {mended}", make_checker=lambda: checker,
    )  # fmt: skip
    assert "type form find" in output.partition("> point 1\n")[2].partition("\n> ")[0]
    assert f"\n{at}  {given.splitlines()[at - 1]}\n" in after(output, "form find")
    assert bug.say not in output.replace("\n", " ")
    assert after(output, f"point {at}") == f"Yes, it is in line {at}. Mend it, then check."
    assert after(output, "point 1") == "Line 1 is right."
    assert after(output, "point 99").startswith("There is no line 99;")
    assert after(output, "point x").startswith("Usage: point LINE")
    assert file.read_text(encoding="utf-8") == given
    assert "Nothing is changed yet." in after(output, "check")
    assert checker.checked == [SOFTMAX.solution], "what is unchanged is not run: the verdict would name the bug"
    assert checker.closed
    assert (did(tmp_path).forms, did(tmp_path).tries) == (("find",), 1)
    assert "The file to begin with:" in say("exercise softmax"), "another form's file is no draft"


def test_lines_to_complete_as_many_as_asked(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    output = say("exercise softmax", "form complete", f"start {file}", "form complete 2", "form complete 0", "form")
    assert "a line is missing" in after(output, "form complete")
    assert file.read_text(encoding="utf-8").count("...") == 1
    assert after(output, "form complete 2").count("= ...") == 2
    for line in ("form complete 0", "form"):
        assert after(output, line).startswith("Usage: form complete, form find or form write")


def test_it_is_left_for_the_lesson_and_its_words_are_the_lessons_again(say: Say) -> None:
    output = say("exercise softmax", "next", "set x 1", "leave", "hint", "next", lesson="softmax")
    assert after(output, "set x 1").startswith("There is no command 'set x 1' in an exercise.")
    assert after(output, "leave").startswith("You are back in lesson 6, Softmax and one-hot labels.")
    assert "Step 2 of " in after(output, "next")
    assert "There is no command 'next' in an exercise." in output


def test_a_lesson_that_is_opened_closes_the_exercise(say: Say) -> None:
    output = say("exercise softmax", "open neuron", "next", "exercise softmax", "warm-up", "hint")
    assert "Step 2 of " in after(output, "next")
    assert "in an exercise" not in output


def test_help_names_the_words(say: Say) -> None:
    output = say("help", "exercise softmax", "help")
    assert "exercise NAME: " in output.partition("> exercise")[0]
    told = after(output, "help")
    for word in (
        "write",
        "lines",
        "start FILE",
        "check FILE",
        "hint",
        "form complete, form find",
        "point LINE",
        "task",
        "solution",
        "leave",
    ):
        assert re.search(rf"^{word}\b", told, re.MULTILINE), word


def test_the_solution_is_shown_and_noted(say: Say, tmp_path: Path) -> None:
    assert after(say("exercise softmax", "solution"), "solution") == SOFTMAX.solution.rstrip()
    assert did(tmp_path).shown


# Written at the prompt

WRITTEN = ("write", *SOFTMAX.solution.splitlines(), ".")


def draft(tmp_path: Path, form: str = "write") -> str | None:
    progress = Progress(tmp_path / "state")
    try:
        return PracticeRecord(progress).draft("softmax", form)
    finally:
        progress.close()


@needs_sandbox
def test_a_function_is_written_at_the_prompt_without_any_file(say: Say, tmp_path: Path) -> None:
    output = say("exercise softmax", *WRITTEN, "check")
    assert "There are 7 lines now." in output
    assert output.endswith("> check\nRight\n" + output.rpartition("> check\nRight\n")[2])
    assert draft(tmp_path) == SOFTMAX.solution
    assert did(tmp_path).forms == ("write",)
    # The next session, and the screen, go on from there.
    assert after(say("exercise softmax", "check"), "check").startswith("Right")


def test_it_makes_ready_while_the_learner_writes(say: Say) -> None:
    made: list[Approving] = []

    def make() -> Checker:
        made.append(Approving())
        return made[-1]

    say("exercise softmax", "lines", "hint", make_checker=make)
    assert not made
    say("exercise softmax", *WRITTEN, "check", make_checker=make)
    (checker,) = made
    assert checker.is_warm.wait(timeout=30)
    assert checker.checked == [SOFTMAX.solution]


def test_lines_take_the_place_of_others_and_can_be_taken_back(say: Say, tmp_path: Path) -> None:
    checker = Approving()
    output = say(
        "exercise softmax", "write", "a = 1", "b = 2", "c = 3", ".",
        "write 2", "\tb = 5  ", "quit", ".", "lines",
        "write after 0", "import numpy as np", ".", "write 4 4", ".", "check",
        "undo", "check", "undo", "check", "write 1 9", "write 0", "write x", "write after 9", "write 3 2",
        make_checker=lambda: checker,
    )  # fmt: skip
    assert "4: .\nThere are 3 lines now." in output
    assert "In place of:\nb = 2\n2: " in output
    assert "3: quit\nThat is taken as a line of code." in output
    assert after(output, "lines") == "1  a = 1\n2      b = 5\n3  quit\n4  c = 3"
    removed, with_it = (
        "import numpy as np\na = 1\n    b = 5\nc = 3\n",
        "import numpy as np\na = 1\n    b = 5\nquit\nc = 3\n",
    )
    assert checker.checked == [removed, with_it, removed]
    for wrong in ("write 1 9", "write 0", "write x", "write after 9", "write 3 2"):
        assert after(output, wrong).startswith("Usage: write for the whole file")


def test_what_is_typed_is_kept_where_the_input_ends(say: Say, tmp_path: Path) -> None:
    say("exercise softmax", "write", "def softmax(z):", "    return z")
    assert draft(tmp_path) == "def softmax(z):\n    return z\n"


def test_each_form_keeps_its_own(say: Say, tmp_path: Path) -> None:
    output = say(
        "exercise softmax", "form find", "write 1", "import numpy as np  # mended", ".", "form complete", "lines",
        "form find", "lines", "form write", "lines", "write", ".",
    )  # fmt: skip
    assert after(output, "form find").count("  import numpy as np\n") == 1, "the lines to point at stay"
    assert "What you wrote last:\n\nimport numpy as np  # mended\n" in after(output, "form find")
    assert after(output, "lines").endswith(SOFTMAX.start.rstrip().splitlines()[-1].strip())
    assert (draft(tmp_path, "find") or "").startswith("import numpy as np  # mended\n")
    assert not draft(tmp_path)
    assert "you have the file to begin with again." in output


def test_nothing_written_is_not_checked(say: Say, tmp_path: Path) -> None:
    output = say("exercise softmax", "check", "undo", f"check {tmp_path}/none.py", make_checker=Approving)
    assert after(output, "check").startswith("Nothing is written yet")
    assert after(output, "undo").startswith("There is nothing to take back")
    assert after(output, f"check {tmp_path}/none.py").replace("\n", " ").endswith("Type write to write it here.")
    assert did(tmp_path).tries == 0


def test_a_file_without_end_is_cut_off(say: Say, tmp_path: Path) -> None:
    output = say("exercise softmax", "write", *(f"x = {n}" for n in range(MOST_LINES)), "y = 1", "check now")
    assert f"A file has at most {MOST_LINES} lines." in output
    assert len((draft(tmp_path) or "").splitlines()) == MOST_LINES
    assert after(output, "check now").startswith("now: there is no such file")


def test_code_is_printed_in_its_own_lines(say: Say) -> None:
    exercise = next(each for each in EXERCISES if max(map(len, each.start.splitlines())) > 90)
    assert exercise.start.rstrip() in say(f"exercise {exercise.id}")


@needs_sandbox
def test_what_the_code_printed_has_no_control_characters_and_can_be_ascii(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    source = "def softmax(z):\n    print('\\x1b[2J σ é')\n    return z * 0\n"
    file.write_text(source, encoding="utf-8")
    output = say("exercise softmax", f"check {file}", encoding="ascii")
    assert "It printed:" in output
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", output)
    assert output.isascii()


def test_where_no_process_can_be_started_a_sentence_says_so(say: Say, tmp_path: Path) -> None:
    def refused() -> Checker:
        raise PermissionError(1, "Operation not permitted")

    file = tmp_path / "mine.py"
    file.write_text("x = 1\n", encoding="utf-8")
    output = say("exercise softmax", f"check {file}", make_checker=refused)
    assert after(output, f"check {file}") == "Your code cannot be run here: Operation not permitted."
    assert did(tmp_path).tries == 0


def test_a_process_that_ends_is_started_again(say: Say, tmp_path: Path) -> None:
    class Ends(Approving):
        def check(self, *_: object, **__: object) -> Verdict:
            raise RunnerGone("it ended")

    made: list[Approving] = []

    def make() -> Checker:
        made.append(Approving() if made else Ends())
        return made[-1]

    file = tmp_path / "mine.py"
    file.write_text("x = 1\n", encoding="utf-8")
    output = say("exercise softmax", f"check {file}", "check", make_checker=make)
    assert "The process that runs your code ended" in after(output, f"check {file}").replace("\n", " ")
    assert after(output, "check").startswith("Right")
    assert [each.closed for each in made] == [True, True]


# A machine that cannot keep code from files


class Unprotected(Approving):
    """A checker on such a machine."""

    allowed = False

    def allow_unprotected(self) -> None:
        self.allowed = True

    def check(self, exercise: Exercise, source: str, seed: int | None = None, count: int = 3) -> Verdict:
        if self.allowed:
            return super().check(exercise, source)
        return Verdict("error", UNPROTECTED)


@pytest.fixture
def unprotected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permission, "reachable_level", lambda: Level(0, False))


@pytest.mark.usefixtures("unprotected")
def test_where_code_cannot_be_kept_in_a_learner_is_asked_once(say: Say, tmp_path: Path) -> None:
    lines = ("exercise softmax", "write", "x = 1", ".", "check")
    output = say(*lines, "lines", "yes", "check", "yes", "check", make_checker=Unprotected)
    assert "Type yes or no." in output.partition("> check\n")[2].partition("\n> ")[0].replace("\n", " ")
    assert output.replace("\n", " ").count("Type yes or no.") == 2, "yes alone is no answer"
    assert after(output, "yes").startswith("Right")
    assert after(output, "check").startswith("Right")
    assert after(say("exercise softmax", "check", make_checker=Unprotected), "check").startswith("Right")


@pytest.mark.usefixtures("unprotected")
def test_no_is_kept_too(say: Say, tmp_path: Path) -> None:
    lines = ("exercise softmax", "write", "x = 1", ".", "check")
    refused = "You answered that no code is to run here."
    assert refused in after(say(*lines, "no", make_checker=Unprotected), "no").replace("\n", " ")
    output = say(*lines, make_checker=Unprotected)
    assert refused in after(output, "check").replace("\n", " ")
    assert "yes or no" not in output


@pytest.mark.usefixtures("unprotected")
def test_a_restricted_session_neither_asks_nor_runs(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "state")
    Permission(progress).answer(allowed=True)
    progress.close()
    stdin, out = io.StringIO("exercise softmax\nwrite\nx = 1\n.\ncheck\n"), io.StringIO()
    run(None, None, tmp_path / "state", stdin=stdin, stdout=out, make_checker=Unprotected, restricted=True)
    assert "In a restricted session no code runs on such a machine." in after(out.getvalue(), "check").replace(
        "\n", " "
    )


class Endless(Approving):
    """A check that ends when its process does. Ctrl+C is pressed once it runs."""

    def __init__(self) -> None:
        super().__init__()
        self._ended = threading.Event()

    def check(self, *_: object, **__: object) -> Verdict:
        os.kill(os.getpid(), signal.SIGINT)
        self._ended.wait()
        raise RunnerGone("it ended")

    def close(self) -> None:
        super().close()
        self._ended.set()


def test_ctrl_c_stops_a_check_and_not_the_session(tmp_path: Path) -> None:
    file, out, interrupts = tmp_path / "mine.py", io.StringIO(), Interrupts()
    file.write_text("x = 1\n", encoding="utf-8")
    stdin = io.StringIO(f"exercise softmax\ncheck {file}\ntask\n")
    with interrupts.listening():
        status = run(
            None, None, tmp_path / "state", stdin=stdin, stdout=out, interrupts=interrupts, make_checker=Endless
        )
    assert status == 0
    assert after(out.getvalue(), f"check {file}").startswith("Stopped. What you wrote is kept")
    assert "What you wrote last:\n\nx = 1\n" in after(out.getvalue(), "task")
    assert did(tmp_path).tries == 0


@pytest.mark.parametrize("seed", range(3))
def test_anything_typed_in_an_exercise_is_a_sentence(
    say: Say, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    chance = random.Random(seed)
    words = (
        "write",
        "lines",
        "undo",
        ".",
        "start",
        "check",
        "hint",
        "form",
        "point",
        "task",
        "solution",
        "exercise",
        "exercises",
        "",
    )
    rest = (
        "", "find", "complete", "complete 9", "complete -1", "complete ²", "0", "99", "٣", "9" * 4000, "~", "~nobody/x",
        "/dev/null", "/", "nul\0l", "\x1b[2J", "a" * 300, "softmax", "x y  z",
    )  # fmt: skip
    lines = [f"{chance.choice(words)} {chance.choice(rest)}".strip() for _ in range(60)]
    output = say("exercise softmax", *lines, make_checker=Approving)
    assert not list((tmp_path / "state").glob("crash-*"))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", output)
