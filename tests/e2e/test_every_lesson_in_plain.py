"""Every shipped lesson at the plain face, from its first line to its last: all answered, set, shown and pressed."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from tests.e2e.plain_learner import Learner, Typed, another, answers, as_the_same_learner, steps, typed
from tests.e2e.terminal import TUTOR, tutor_environment
from tests.program import run
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.course.record.step_states import lesson_state
from tutor.course.words.plain_characters import encodable
from tutor.labs.kit.controls import GridControl
from tutor.resources import lessons_folder

LESSONS = [summary.id for summary in read_summaries(lessons_folder())]
WIDTH, FEW_EPOCHS = 78, 2
# What is read aloud has an end: of a picture with thousands of numbers too.
MOST_LINES = {"show": 100, "describe": 90}


def whole_lab(learner: Learner) -> Typed:
    """Set every control to another value and back, read every readout, press every key."""
    lab = learner.session.lab
    for control in lab.value_controls():
        before = lab.get(control.name)
        other = another(control, before)
        for value in (other,) if isinstance(control, GridControl) else (other, before):
            yield f"set {control.name} {typed(control, value)}"
            assert lab.get(control.name) == value, learner.reply
            assert control.name in learner.reply.splitlines()[0]
        if isinstance(control, GridControl):
            yield f"draw {control.name} 0 0 {control.rows - 1} {control.columns - 1}"
            assert learner.reply.startswith("Pixels with more ink: ")
    for name in lab.readout_names():
        for word in ("show", "describe"):
            yield f"{word} {name}"
            check_reply(learner, word, name)
    yield "lab"
    # What stands in no group and is only counted recognises wrong answers: it can be shown, and is not listed.
    machinery = lab.counted() - {name for group in lab.groups() for name in group.names}
    for name in (*lab.readout_names(), *(control.name for control in lab.controls())):
        assert bool(re.search(rf"\b{name}\b", learner.reply)) == (name not in machinery), name
    if any(control.name == "epochs" for control in lab.value_controls()):
        # What is pressed is answered after few of them as after many.
        yield f"set epochs {FEW_EPOCHS}"
        assert lab.get("epochs") == FEW_EPOCHS, learner.reply
    for action in lab.actions():
        yield f"press {action.name}"
        assert learner.reply.strip(), action.name
        assert "There is no" not in learner.reply


def check_reply(learner: Learner, word: str, name: str) -> None:
    lines = learner.reply.splitlines()
    assert re.search(rf"\b{name}\b", lines[0]), f"{name}: {lines[:3]}"
    assert len(lines) <= MOST_LINES[word], f"{word} {name}: {len(lines)} lines"


def from_the_first_line_to_the_last(learner: Learner) -> Typed:
    yield from steps(learner)
    yield from whole_lab(learner)
    yield from ("code", "steps", "help", "hint", "next", "progress", "quit")


def check_plain(output: str) -> None:
    """Nothing but letters and line ends: nothing that moves a cursor, colours, rings or draws again."""
    odd = {c for c in output if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")}
    assert not odd
    assert max(len(line) for line in output.splitlines() if not line.startswith("> ")) <= WIDTH


def check_spelled(output: str) -> None:
    """ASCII alone, in which no character became a question mark for want of a spelling."""
    assert output.isascii()
    assert "?" not in re.sub(r"\?(?=\s|$|[\"')])", "", output)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson(lesson: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = Learner(from_the_first_line_to_the_last)
    assert learner.learn(lesson, tmp_path, monkeypatch) == 0
    output, questions = learner.output, [q for step in learner.session.lesson.steps for q in step.questions]
    check_plain(output)
    check_spelled(encodable(output, "ascii"))
    assert output.endswith("> quit\nEverything is saved. Until next time.\n")
    assert "That was the last step: the lesson is done." in output
    assert len(re.findall(r"^Right\.", output, re.MULTILINE)) == len(questions)
    progress = Progress(tmp_path)
    lesson_progress = progress.of_lesson(lesson)
    progress.close()
    assert lesson_state(learner.session.lesson.outline, lesson_progress).done
    assert (lesson_progress.answered, lesson_progress.correct) == (len(questions), len(questions))
    assert lesson_progress.steps_seen == {step.id for step in learner.session.lesson.steps}


def readouts(learner: Learner) -> Typed:
    for name in learner.session.lab.readout_names():
        yield f"show {name}"
        yield f"describe {name}"
    yield from ("code", "help", "lab", "glossary")


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_in_ascii(lesson: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is drawn for an encoding without blocks, and lines that get longer; what is said is spelled above, too."""
    learner = Learner(readouts, encoding="ascii")
    assert learner.learn(lesson, tmp_path, monkeypatch) == 0
    # That it could be written is the proof; and it still says something.
    check_plain(learner.output)
    check_spelled(learner.output)


def only_the_answers(learner: Learner) -> Typed:
    yield from steps(learner)
    yield "next"


@pytest.mark.parametrize("lesson", ["neuron", "softmax"])
def test_a_file_of_answers(lesson: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``dl-tutor learn softmax --plain < answers``: the numbers of a learner's first visit are always the same."""
    learner = Learner(only_the_answers)
    assert learner.learn(lesson, tmp_path / "first", monkeypatch) == 0
    as_the_same_learner(tmp_path / "second")
    file = tmp_path / "answers"
    file.write_text("".join(f"{line}\n" for line in learner.lines), encoding="utf-8")
    with file.open("rb") as typed_lines:
        done = run(
            [*TUTOR, "learn", lesson, "--plain", "--ascii"], stdin=typed_lines, capture_output=True, timeout=60,
            env=tutor_environment(tmp_path / "second"),
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    output = done.stdout.decode("ascii")
    check_plain(output)
    assert len(re.findall(r"^Right\.", output, re.MULTILINE)) == len(re.findall(r"^Right\.", learner.output, re.M)) > 5
    assert "That was the last step: the lesson is done." in output
    progress = Progress(tmp_path / "second")
    assert progress.of_lesson(lesson).finished
    progress.close()


def test_the_end_of_the_input_in_the_middle_is_no_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(learner: Learner) -> Typed:
        yield "next"
        yield from answers(learner)
        yield "set b -3"

    learner = Learner(half)
    assert learner.learn("neuron", tmp_path, monkeypatch) == 0
    again = Learner(lambda _: iter(("show b",)))
    assert again.learn("neuron", tmp_path, monkeypatch) == 0
    assert "\nStep 2 of" in again.output
    assert "bias b (b): −3;" in again.output
