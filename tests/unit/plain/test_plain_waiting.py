"""What is under way at the plain face: few lines, Ctrl+C stops it, and nothing is interrupted in the middle."""

from __future__ import annotations

import io
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.plain.conftest import Say
from tests.unit.plain.test_plain_face import TRAINING_TOML, after
from tutor.course.lessons.lesson import STUDIO
from tutor.plain import waiting
from tutor.plain.face import run
from tutor.plain.interrupts import Ended, Interrupts
from tutor.plain.waiting import Lines
from tutor.training.keras_program import KerasProgram
from tutor.training.turns import TurnRun

COVERING = """hide = ["accuracy"]

[[step.question]]
ask = "How many epochs?"
answer = "epochs"
tolerance = 0.5
explain = "That many."
hints = ["Look."]
"""


@pytest.fixture
def training(lessons: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lesson with a training of many turns, of which each is told."""
    folder = lessons / "05_training"
    folder.mkdir()
    toml = TRAINING_TOML.replace('"accuracy"]', '"status"]')
    (folder / "lesson.toml").write_text(toml, encoding="utf-8")
    (folder / "lesson.md").write_text("## Train\n\nTrain it.\n", encoding="utf-8")
    monkeypatch.setattr("tutor.training.turns.TURN_SECONDS", 0.0)
    return lessons


def learn(lessons: Path, state: Path, *lines: str, lesson: str = "training", **more: Any) -> str:
    out = io.StringIO()
    stdin = io.StringIO("".join(f"{line}\n" for line in lines))
    assert run(lesson, None, state, stdin=stdin, stdout=out, lessons=lessons, **more) == 0
    return out.getvalue()


class Clock:
    """Seconds that pass when somebody asks, or sleeps."""

    def __init__(self, step: float = 0.0) -> None:
        self.now, self.step = 0.0, step

    def monotonic(self) -> float:
        self.now += self.step
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_lines_come_after_three_seconds_and_then_ever_more_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(waiting, "time", clock)
    lines = Lines(0.0)
    said = []
    for second in range(600):
        clock.now = float(second)
        if lines.due():
            said.append(second)
    assert said == [3, 9, 21, 45, 93, 153, 213, 273, 333, 393, 453, 513, 573]


def test_a_quick_training_says_nothing_meanwhile(training: Path, tmp_path: Path) -> None:
    assert "Training:" not in learn(training, tmp_path / "p", "press train")


def test_a_long_one_says_how_far_it_is_and_comes_to_the_same(
    training: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = after(learn(training, tmp_path / "quick", "press train"), "press train")
    monkeypatch.setattr(waiting, "time", Clock(step=0.2))
    slow = after(learn(training, tmp_path / "slow", "press train"), "press train")
    said = [line for line in slow.splitlines() if line.startswith("Training: epoch ")]
    assert " of 30" in said[0]
    assert said[0].endswith(". Ctrl+C stops it.")
    assert 2 <= len(said) <= 6
    assert [line for line in slow.splitlines() if line not in said] == quick.splitlines()


def test_what_the_step_shows_of_loss_and_accuracy_is_said_meanwhile_unless_it_is_covered(
    training: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "time", Clock(step=0.2))
    toml = training / "05_training" / "lesson.toml"
    shown = TRAINING_TOML.replace('"accuracy"]', '"accuracy", "held_out_loss"]')
    toml.write_text(shown, encoding="utf-8")
    said = learn(training, tmp_path / "shown", "p").partition("Training: epoch ")[2].partition("Training: epoch ")[0]
    assert "training accuracy (accuracy): " in said
    assert "held-out loss (held_out_loss): " in said
    toml.write_text(shown + COVERING, encoding="utf-8")
    said = learn(training, tmp_path / "covered", "p").partition("Training: epoch ")[2].partition("Type a number")[0]
    assert "held-out loss (held_out_loss): " in said
    assert "accuracy" not in said


def test_an_interrupt_stops_the_training_and_not_the_lesson(
    training: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = []
    poll = TurnRun.poll

    def poll_and_press(self: TurnRun) -> Any:
        turns.append(self)
        if len(turns) == 20:
            signal.raise_signal(signal.SIGINT)
        return poll(self)

    monkeypatch.setattr(TurnRun, "poll", poll_and_press)
    interrupts = Interrupts()
    with interrupts.listening():
        output = learn(training, tmp_path / "p", "press train", "show epochs_done", "p", interrupts=interrupts)
    stopped = after(output, "press train")
    assert "Stopped. press train goes on with it." in stopped
    # The turn in which it came was ended, and no other begun.
    assert "status: paused at epoch 4" in stopped
    assert "status: trained for 30 epochs" in after(output, "p")


def test_where_a_lesson_says_press_p_p_does_it(training: Path, tmp_path: Path) -> None:
    for line in ("p", "press p", "press train"):
        assert "status: trained for 30 epochs" in learn(training, tmp_path / line, line)


def test_letters_that_are_no_answer_are_what_lessons_call_keys(say: Say) -> None:
    output = say("h", "s", "n")
    assert after(output, "h") == "Hint: Multiply, then add."
    assert after(output, "s").startswith("The answer is 3.5.")
    assert "Step 2 of 2" in after(output, "n")
    # The second of the answers, and not a step back.
    assert after(say("step 1", "3.5", "b"), "b").startswith("No.")
    assert "Step 1 of 2" in after(say("next", "b"), "b")


class Asked:
    """TensorFlow, which waits for its turn, and answers in the end; or never."""

    def __init__(self, program: KerasProgram, polls: int) -> None:
        self._program, self._polls = program, polls
        self.results: Mapping[str, NDArray[Any]] | None = None
        self.failure = ""

    @property
    def waiting(self) -> str:
        return "waiting for TensorFlow: 1 of 1 in use here"

    def poll(self) -> bool:
        self._polls -= 1
        if self._polls == 0:
            shapes = {"z": 1, "y": 1, "products": 2, "weighted_sum": 1, "layer_z": 3, "layer_y": 3}
            self.results = {name: np.zeros(shapes[name]) for name in self._program.results}
        return self.results is not None

    def wait(self) -> None:
        raise AssertionError("a wait that nobody can leave")


def test_tensorflow_is_waited_for_with_a_word_and_can_be_left_to_itself(
    lessons: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "time", Clock(step=0.1))
    asked = learn(
        lessons, tmp_path / "p", "step 2", "tensorflow", lesson="sum", start_program=lambda p: Asked(p, polls=30)
    )
    reply = after(asked, "tensorflow").splitlines()
    assert reply[0].endswith("Ctrl+C stops the waiting.")
    assert any("waiting for TensorFlow: 1 of 1" in line for line in reply)
    assert any("y" in line.split() for line in reply), "and then its numbers"
    assert sum("waiting for TensorFlow" in line for line in reply) <= 4

    interrupts = Interrupts()

    def interrupted(program: KerasProgram) -> Asked:
        signal.raise_signal(signal.SIGINT)
        return Asked(program, polls=-1)

    with interrupts.listening():
        left = learn(
            lessons, tmp_path / "q", "step 2", "tensorflow", "show y", lesson="sum",
            start_program=interrupted, interrupts=interrupts,
        )  # fmt: skip
    assert "It goes on; type tensorflow again to see its numbers." in after(left, "tensorflow")
    assert after(left, "show y").startswith("output y")


def test_an_interrupt_is_heard_where_it_may_and_kept_until_then() -> None:
    interrupts = Interrupts()
    with interrupts.listening():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt), interrupts.heard():
            pytest.fail("it came before")
        with interrupts.heard():
            pass
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            # Whoever presses twice does not want to wait.
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_end_is_told_once_however_it_waits() -> None:
    interrupts = Interrupts()
    with interrupts.listening():
        interrupts.leave(143)
        with pytest.raises(Ended) as ended, interrupts.heard():
            time.sleep(30)
        assert ended.value.status == 143
        assert interrupts.ended
        # While it leaves nothing interrupts it any more.
        with interrupts.heard():
            time.sleep(0.3)


def test_the_studio_plays_where_a_control_is_called_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = []
    poll = TurnRun.poll

    def poll_and_press(self: TurnRun) -> Any:
        turns.append(self)
        if len(turns) == 20:
            signal.raise_signal(signal.SIGINT)
        return poll(self)

    monkeypatch.setattr(TurnRun, "poll", poll_and_press)
    monkeypatch.setattr(waiting, "time", Clock(step=0.2))
    interrupts, out = Interrupts(), io.StringIO()
    stdin = io.StringIO("step training\nset speed full\npress train\n")
    with interrupts.listening():
        run(STUDIO, None, tmp_path, stdin=stdin, stdout=out, interrupts=interrupts)
    said = after(out.getvalue(), "press train")
    assert "Training: epoch" in said or "Ctrl+C stops it." in said
    assert "Stopped. press train goes on with it." in said
