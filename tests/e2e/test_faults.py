"""However it fails: a number, a log, the work saved, a status that is not 0, and neither traceback nor path."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import CTRL_Q, DOWN, ENTER, Terminal, tutor_environment
from tests.program import run as start
from tutor.course.record.progress import Progress

SECRET = "the secret of the neuron"
# Runs the command with a fault in it; the program before it says where.
FAULT = """
import sys
from tutor.cli import main
def fault(*_, **__):
    secret = "the secret of the neuron"
    raise ZeroDivisionError(secret)
{where}
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""
PLACES = {
    "computing": "from tutor.labs.neuron import NeuronLab; NeuronLab.read = fault",
    "setting": "from tutor.labs.neuron import NeuronLab; NeuronLab.set = fault",
    "painting": "from tutor.ui.widgets.fields.vector_field import VectorField; VectorField.render_line = fault",
    "mounting": "from tutor.ui.widgets.lab_panel import LabPanel; LabPanel.compose = fault",
}
SENTENCE = re.compile(r"dl-tutor crashed \(crash report (\d{8}-\d{6})\)\.")


def program(where: str) -> list[str]:
    return [sys.executable, "-c", FAULT.format(where=where)]


def told(said: str, state: Path) -> str:
    """The log that belongs to what a learner was told, which holds nothing else."""
    number = SENTENCE.search(" ".join(said.split()))
    assert number is not None, said
    for hidden in ("Traceback", "ZeroDivisionError", SECRET, str(state), str(Path(__file__).parents[2]), ".py"):
        assert hidden not in said
    return (state / f"crash-{number[1]}.log").read_text()


def run(where: str, state: Path, *words: str, typed: str = "", forks: bool = False) -> subprocess.CompletedProcess[str]:
    """``forks``: the fault is in a class, and not in a module from whose names others have imported."""
    return start(
        [*program(where), *words], input=typed, capture_output=True, text=True, timeout=120, forks=forks,
        env=tutor_environment(state),
    )  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_on_the_screen(place: str, tmp_path: Path) -> None:
    with Terminal(program(PLACES[place]), tutor_environment(tmp_path), forks=True) as terminal:
        terminal.wait_for("The neuron", "Quit")
        terminal.send(DOWN, DOWN)
        terminal.wait_for("Inputs times weights")
        before = len(terminal.raw)
        terminal.send(ENTER)
        assert terminal.wait_ended() == 70
        assert terminal.restored
        assert "Traceback" not in terminal.raw.decode(errors="replace")
        assert SECRET in told(terminal.text, tmp_path)
        assert b"secret" not in terminal.raw[before:]


def test_in_the_plain_face_with_what_was_done_before_saved(tmp_path: Path) -> None:
    where = "import tutor.course.session as m; m.LessonSession.answer = fault"
    done = run(where, tmp_path, "learn", "neuron/2", "--plain", typed="next\n1\n", forks=True)
    assert done.returncode == 70
    assert SECRET in told(done.stderr, tmp_path)
    assert "Traceback" not in done.stdout
    progress = Progress(tmp_path)
    try:
        assert progress.last_position() == ("neuron", 2)
    finally:
        progress.close()


def test_in_the_plain_face_while_computing(tmp_path: Path) -> None:
    done = run(PLACES["computing"], tmp_path, "learn", "neuron", "--plain", forks=True)
    assert done.returncode == 70
    assert SECRET in told(done.stderr, tmp_path)
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("import tutor.course.lessons.loader as m; m._Reader.head = fault", ["list"]),
        ("import tutor.course.lessons.loader as m; m._Reader.head = fault", ["list", "--json"]),
        ("import tutor.training.model_data as m; m.model_data = fault", ["train", "shapes-mlp"]),
        ("import tutor.commands.doctor as m; m.examine = fault", ["doctor"]),
        ("import tutor.scripting.runner as m; m.open_lesson = fault", ["walk", "neuron"]),
    ],
)
def test_in_a_command(where: str, words: list[str], tmp_path: Path) -> None:
    done = run(where, tmp_path, *words)
    assert done.returncode == 70
    assert done.stdout == ""
    assert SECRET in told(done.stderr, tmp_path)


def test_without_a_place_for_the_log(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run(PLACES["computing"], tmp_path / "file" / "state", "learn", "neuron", "--plain", forks=True)
    assert done.returncode == 70
    assert "The crash report could not be written." in done.stderr
    assert "Your progress is kept" not in done.stderr
    assert str(tmp_path) not in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("words", [["learn", "neuron", "--plain"], ["train", "shapes-mlp"], ["predict", "a", "b"]])
def test_a_package_that_is_missing(words: list[str], tmp_path: Path) -> None:
    done = run("sys.modules['numpy'] = None", tmp_path, *words)
    assert done.returncode == 70
    assert done.stderr == (
        "dl-tutor is not installed completely: the package numpy is missing. Install it again, or ask your "
        "administrator.\n"
    )


def test_a_package_that_is_missing_once_the_screen_is_there(tmp_path: Path) -> None:
    with Terminal(program("sys.modules['numpy'] = None"), tutor_environment(tmp_path)) as terminal:
        terminal.wait_for("The neuron", "Quit")
        terminal.send(DOWN, DOWN)
        terminal.wait_for("Inputs times weights")
        terminal.send(ENTER)
        assert terminal.wait_ended() == 70
        assert terminal.restored
        assert "the package numpy is missing" in " ".join(terminal.text.split())
        assert b"Traceback" not in terminal.raw


def test_in_the_training_process(tmp_path: Path) -> None:
    """A module that Python imports by itself puts the fault into the process that trains, and no other."""
    site, state = tmp_path / "site", tmp_path / "state"
    site.mkdir()
    (site / "sitecustomize.py").write_text("""
import sys
if "tutor.training.worker.service" in sys.orig_argv:
    import threading, time
    def fault(self):
        raise ZeroDivisionError("the secret of the neuron")
    def put_in():
        while not hasattr(sys.modules.get("__main__"), "Worker"):
            time.sleep(0.001)
        sys.modules["__main__"].WorkerSideRun.train_a_slice = fault
    threading.Thread(target=put_in, daemon=True).start()
""")
    done = subprocess.run(
        [sys.executable, "-m", "tutor.cli", "train", "shapes-mlp", "--epochs", "100000"],
        capture_output=True, text=True, timeout=120, check=False,
        env={**tutor_environment(state), "PYTHONPATH": str(site)},
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "Traceback" not in said
    assert "secret" not in said
    number = re.search(r"crash report (\d{8}-\d{6})", said)
    assert number is not None, said
    log = (state / "worker.log").read_text()
    assert f"crash report {number[1]}" in log
    assert SECRET in log


def test_doctor_tells_where_they_are(tmp_path: Path) -> None:
    done = run(PLACES["computing"], tmp_path, "learn", "neuron", "--plain", forks=True)
    told(done.stderr, tmp_path)
    (log,) = tmp_path.glob("crash-*.log")
    said = run("", tmp_path, "doctor").stdout
    assert f"1 in {tmp_path}" in said
    assert log.name in said


def test_a_thread_that_fails_leaves_the_screen_alone(tmp_path: Path) -> None:
    where = """
import threading
from tutor.ui.app import TutorApp
def fail_beside(self):
    thread = threading.Thread(target=fault)
    thread.start()
    thread.join()
    self.say("It failed beside.")
TutorApp.action_toggle_dark = fail_beside
"""
    with Terminal(program(where), tutor_environment(tmp_path), forks=True) as terminal:
        terminal.wait_for("The neuron", "Quit")
        terminal.send("d")
        terminal.wait_for("It failed beside.")
        terminal.send(CTRL_Q)
        assert terminal.wait_ended() == 0
        assert b"secret" not in terminal.raw
    (log,) = tmp_path.glob("crash-*.log")
    assert SECRET in log.read_text()
