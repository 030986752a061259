"""A worker that is stopped, or hangs, is noticed and said; one that is only busy is not taken for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from tutor.commands.console.following import WAY_ON
from tutor.commands.console.following import follow as follow_to_the_end
from tutor.training.history import EpochRecord, History
from tutor.training.keras_program import KerasProgram
from tutor.training.models import shapes_mlp
from tutor.training.run import InlineRun
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Phase
from tutor.training.worker import process as worker_process
from tutor.training.worker import run as worker_run
from tutor.training.worker.response_timer import ResponseTimer
from tutor.training.worker.run import Workshop

from .test_trainer import shapes_data
from .test_worker import follow, inline, over

LONG = RunSettings(shapes_mlp(4), 100_000)


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """A workshop whose worker is soon taken for silent once it runs."""
    monkeypatch.setattr(worker_process, "UNRESPONSIVE_AFTER", 1.0)
    monkeypatch.setattr(worker_process, "PING_INTERVAL", 0.1)
    opened = Workshop(tmp_path / "worker.log")
    yield opened
    opened.close()


def stop(workshop: Workshop) -> None:
    assert workshop.pid is not None
    os.kill(workshop.pid, signal.SIGSTOP)


def test_a_stopped_worker_is_said_and_pause_and_play_start_another_at_the_last_snapshot(workshop: Workshop) -> None:
    settings = RunSettings(shapes_mlp(4), 3000)
    run = workshop.start_run(settings, shapes_data())
    run.play()
    follow(run, lambda: run.snapshot.step > 0)
    stop(workshop)
    stopped = workshop.pid
    follow(run, lambda: run.unresponsive_seconds > 0)
    assert run.snapshot.message.startswith("the training process has not answered for 1 s; pause, then play")
    run.pause()
    follow(run, lambda: run.settled)
    assert "it did not answer" in run.snapshot.message
    assert run.unresponsive_seconds == 0
    run.play()
    follow(run, lambda: over(run))
    assert run.snapshot.phase is Phase.DONE
    assert workshop.pid != stopped
    expected = inline(settings).snapshot.checkpoint.engine.theta
    assert np.array_equal(run.snapshot.checkpoint.engine.theta, expected)


def test_one_that_goes_on_again_is_not_spoken_of_any_more(workshop: Workshop) -> None:
    run = workshop.start_run(LONG, shapes_data())
    run.play()
    follow(run, lambda: run.snapshot.step > 0)
    stop(workshop)
    follow(run, lambda: run.unresponsive_seconds > 0)
    assert workshop.pid is not None
    os.kill(workshop.pid, signal.SIGCONT)
    at = run.snapshot.step
    follow(run, lambda: run.snapshot.step > at and not run.unresponsive_seconds)
    assert run.snapshot.message == ""


def test_nothing_waits_for_a_stopped_worker_to_take_what_is_sent(workshop: Workshop) -> None:
    first = workshop.start_run(LONG, shapes_data())
    first.play()
    follow(first, lambda: first.snapshot.step > 0)
    stop(workshop)
    data = shapes_data()
    # More than a pipe holds.
    large = replace(data, inputs=np.repeat(data.inputs, 500, axis=0), labels=np.repeat(data.labels, 500, axis=0))
    opening = Thread(target=workshop.start_run, args=(LONG, large), daemon=True)
    opening.start()
    opening.join(30.0)
    assert not opening.is_alive()


@pytest.mark.tensorflow
def test_one_that_is_busy_but_there_is_not_silent(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process, "UNRESPONSIVE_AFTER", 5.0)
    monkeypatch.setattr(worker_run, "BUSY_AFTER", 6.0)
    run = workshop.start_run(LONG, shapes_data())
    # It loops, and comes to no answer; its other thread says that it is there.
    worker = run._worker  # type: ignore[attr-defined]
    follow(run, lambda: not worker.loads_tensorflow)
    workshop.start_program(KerasProgram("while True: pass", {}))
    run.play()
    follow(run, lambda: run.snapshot.message.startswith("no news for 6 s"))
    assert run.unresponsive_seconds == 0
    run.pause()
    follow(run, lambda: run.settled)
    assert "it did not answer" in run.snapshot.message


def test_a_clock_that_jumps_is_no_silence() -> None:
    now = 0.0
    silence = ResponseTimer(lambda: now)
    for moment in (0.25, 0.5, 3600.5, 3600.75):
        now = moment
        silence.tick()
    assert silence.seconds == 0.25 + 0.25 + 1.0 + 0.25
    silence.reset()
    assert silence.seconds == 0.0


class SilentRun(InlineRun):
    """Silent for two polls, then over."""

    polls = 0

    @property
    def unresponsive_seconds(self) -> float:
        return 12.0 if self.polls <= 2 else 0.0

    def poll(self) -> tuple[EpochRecord, ...]:
        self.polls += 1
        self._phase = Phase.RUNNING if self.polls < 4 else Phase.DONE
        return super().poll()


def test_train_says_it_once(capsys: pytest.CaptureFixture[str]) -> None:
    run = SilentRun(RunSettings(shapes_mlp(4), 1), shapes_data())
    run._phase = Phase.RUNNING
    stopped = follow_to_the_end(
        run, RunSettings(shapes_mlp(4), 1), 60, History(), lambda: False, lambda _: None, as_json=True
    )
    assert not stopped
    said = capsys.readouterr().err
    assert said.count("has not answered for 12 s: it is stopped, or hangs.") == 1
    assert WAY_ON in said
