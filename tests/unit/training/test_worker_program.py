"""A few lines of Keras in a real worker."""

from __future__ import annotations

import os
import re
import signal
import time

import numpy as np
import pytest

from tutor.training.keras_program import KerasProgram
from tutor.training.worker import process as worker_process
from tutor.training.worker import program as worker_program
from tutor.training.worker.run import Workshop

pytestmark = pytest.mark.tensorflow

SOURCE = """\
import tensorflow as tf
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x * x + offset
slope = tape.gradient(y, x)
"""


def test_the_worker_runs_the_lines_whatever_the_readouts_are_called_and_says_what_stops_them() -> None:
    names = ("values", "run", "failure", "theta")
    with Workshop() as workshop:
        square = workshop.start_program(
            KerasProgram(SOURCE, {"y": "y", "slope": "slope"}, {"offset": np.float32(1.0).reshape(())})
        )
        assert square.results is None
        broken = workshop.start_program(KerasProgram("y = [1][2]", {"y": "y"}))
        square.wait()
        broken.wait()
        assert square.results is not None
        assert {name: float(value) for name, value in square.results.items()} == {"y": 10.0, "slope": 6.0}
        assert "IndexError" in broken.failure
        assert broken.results is None
        program = workshop.start_program(KerasProgram("y = 2.0", dict.fromkeys(names, "y")))
        program.wait()
        assert program.results is not None
        assert set(program.results) == set(names)


def test_a_worker_that_dies_is_a_sentence_and_the_next_program_starts_another() -> None:
    with Workshop() as workshop:
        program = workshop.start_program(KerasProgram("while True: pass", {}))
        assert workshop.pid is not None
        os.kill(workshop.pid, signal.SIGKILL)
        program.wait()
        assert "killed by signal 9" in program.failure
        again = workshop.start_program(KerasProgram("y = 2.0", {"y": "y"}))
        again.wait()
        assert again.results is not None
        assert float(again.results["y"]) == 2.0


@pytest.mark.true_worker
def test_while_tensorflow_loads_the_seconds_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_program, "MESSAGE_AFTER", 0.0)
    with Workshop() as workshop:
        program = workshop.start_program(KerasProgram("y = 2.0", {"y": "y"}))
        seen = set()
        while not program.poll():
            seen.add(program.waiting)
            time.sleep(0.01)
        said = [re.fullmatch(r"TensorFlow is loading: (\d+) s; usually 5 to 30", words) for words in seen]
        assert len({match[1] for match in said if match}) >= 2


def test_a_worker_that_is_stopped_is_ended_and_the_next_program_starts_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process, "LOADING_TIMEOUT", 1.0)
    with Workshop() as workshop:
        program = workshop.start_program(KerasProgram("y = 2.0", {"y": "y"}))
        assert workshop.pid is not None
        os.kill(workshop.pid, signal.SIGSTOP)
        program.wait()
        assert program.failure == (
            "the training process has not answered for 1 s and was ended; ask once more to start another"
        )
        monkeypatch.undo()
        again = workshop.start_program(KerasProgram("y = 2.0", {"y": "y"}))
        again.wait()
        assert again.results is not None
