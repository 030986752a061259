"""``--restricted`` in a real terminal: lessons go on as ever, and nothing else is to be had."""

from __future__ import annotations

import site
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.exercise_attacks import NOTHING, attacks
from tests.e2e.exercise_on_screen import SOLUTION, checked, open_exercise
from tests.e2e.shapes_screen import RHOMBUS as FIRST_DRAWING
from tests.e2e.shapes_screen import flipped, go_to_shapes, open_full_lab, pixels, train_for_long, training_epoch
from tests.e2e.terminal import (
    CTRL_Q,
    ENTER,
    ESCAPE,
    SPACE,
    TUTOR,
    Terminal,
    children,
    restricted,
    tutor_environment,
    wait_gone,
)  # fmt: skip
from tutor.sandbox.restriction import reachable_level

CTRL_P, NEXT = "\x10", "n"

pytestmark = pytest.mark.skipif(not reachable_level().complete, reason=f"on this machine {reachable_level()}")


def of_process(pid: int, field: str) -> str:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    return status.split(f"{field}:")[1].split()[0]


def test_a_lesson_goes_on_and_the_kernel_stands_guard(tmp_path: Path) -> None:
    with restricted(tmp_path, columns=120, rows=40) as terminal:
        go_to_shapes(terminal)
        assert (of_process(terminal.process.pid, "NoNewPrivs"), of_process(terminal.process.pid, "Seccomp")) == (
            "1",
            "2",
        )
        open_full_lab(terminal)
        terminal.send(SPACE)
        drawn = flipped(FIRST_DRAWING, [(0, 0)])
        terminal.wait_until(lambda text: pixels(text) == drawn, "the drawing")
        train_for_long(terminal)
        terminal.wait_until(lambda text: training_epoch(text) > 3, "some epochs")
        (launcher,) = children(terminal.process.pid)
        (worker,) = children(launcher)
        assert of_process(worker, "Seccomp") == "2"
        terminal.send(CTRL_Q)
        assert terminal.wait_ended() == 0
        wait_gone([launcher, worker])
    with restricted(tmp_path) as terminal:
        terminal.wait_for("Resume: The shapes network")


@pytest.mark.tensorflow
def test_tensorflow_computes_in_its_restricted_worker(tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")
    with restricted(tmp_path, "learn", "neuron") as terminal:
        terminal.wait_for("1/12")
        terminal.send("t")
        terminal.wait_for("Largest difference", give_up=90)


def test_an_exercise_is_written_and_checked(tmp_path: Path) -> None:
    with restricted(tmp_path, "learn", "softmax", columns=120, rows=40) as terminal:
        open_exercise(terminal)
        wrong = SOLUTION.replace("axis=1, keepdims=True)\n    return", "axis=0, keepdims=True)\n    return")
        checked(terminal, wrong, "A known bug", "over the batch")
        checked(terminal, SOLUTION, "✓ Right")
        # The program may read its own source here too.
        terminal.wait_for("The engine's own version", "def softmax(z: Array) -> Array:")
        (launcher,) = children(terminal.process.pid)
        (runner,) = children(launcher)
        # The interface is restricted; the process that forks is not, but it has no other descriptor of the session.
        assert (of_process(terminal.process.pid, "Seccomp"), of_process(runner, "Seccomp")) == ("2", "0")
        assert sorted(int(each.name) for each in Path(f"/proc/{runner}/fd").iterdir()) == [0, 1, 2]
        command = Path(f"/proc/{runner}/cmdline").read_bytes().split(b"\0")
        assert b"-I" in command
        assert b"--never-unprotected" in command
        # It ends when the exercise is left, and the next exercise has another.
        terminal.send(ESCAPE)
        terminal.wait_for("write the function yourself")
        wait_gone([runner])
        terminal.send(ENTER)
        terminal.wait_for("write it", "^r")
        checked(terminal, SOLUTION, "✓ Right")
        (runner,) = children(launcher)
        terminal.send(CTRL_Q)
        assert terminal.wait_ended() == 0
        wait_gone([launcher, runner])


def test_the_code_of_an_exercise_reaches_nothing(tmp_path: Path) -> None:
    with restricted(tmp_path, "learn", "softmax", columns=120, rows=40) as terminal:
        open_exercise(terminal)
        (launcher,) = children(terminal.process.pid)
        source = attacks(tmp_path, launcher)
        # In a process of this test's all of it works.
        free = subprocess.run(
            [sys.executable, "-c", f"{source}\nsoftmax(0)"], capture_output=True, text=True, check=False
        )
        tried = source.split("TRIED = {")[1].split("\n}")[0].count("lambda:") + 1
        assert len(free.stderr.splitlines()[-1].split(", ")) == tried, free.stderr
        for left in (tmp_path / "left-behind", Path("/tmp/left-behind-by-an-exercise")):
            left.unlink()
        # The narrow column breaks the line.
        checked(terminal, source, f"RuntimeError: {NOTHING.removesuffix(' worked')}")
        assert not (tmp_path / "left-behind").exists()
        assert not Path("/tmp/left-behind-by-an-exercise").exists()
        # What does not end is ended, and the session goes on.
        checked(terminal, "def softmax(z):\n    while True: pass\n", "It did not end within 5 seconds")
        checked(terminal, SOLUTION, "✓ Right")


def test_code_is_written_in_plain_text_without_any_file(tmp_path: Path) -> None:
    with restricted(tmp_path, "learn", "softmax", "--plain") as terminal:
        terminal.wait_for("Step 1 of")
        terminal.send("exercise softmax\n")
        terminal.wait_for("Type write to write it here")
        terminal.send("write\n")
        terminal.wait_for("ends them.", "1:")
        # A terminal tells the program nothing of a paste here: the lines come as if they were typed.
        terminal.send(SOLUTION, ".\n")
        terminal.wait_for("lines now.")
        terminal.send("check\n")
        terminal.wait_for("Right", "The engine does the same", "def softmax(z: Array) -> Array:")
        terminal.send("start mine.py\n")
        terminal.wait_for("Type write to write it here.")
        terminal.send("quit\n")
        assert terminal.wait_ended() == 0
    assert not list(tmp_path.rglob("mine.py"))


def test_there_is_no_palette(tmp_path: Path) -> None:
    with restricted(tmp_path, "learn", "neuron") as terminal:
        terminal.wait_for("1/12")
        terminal.send(CTRL_P, NEXT)
        # The next key is the lesson's: nothing has opened that would take it.
        terminal.wait_for("2/12")


def test_other_commands_are_refused(tmp_path: Path) -> None:
    command = [*TUTOR, "--restricted", "train", "shapes-mlp"]
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env=tutor_environment(tmp_path)
    )
    assert ran.returncode == 2
    assert "lessons only" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_what_a_learner_left_about_is_not_run(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    evil = f"import pathlib; pathlib.Path({str(ran)!r}).touch()\n"
    home = tmp_path / "home"
    own_site = home / Path(site.getusersitepackages()).relative_to(Path.home())
    own_site.mkdir(parents=True)
    (own_site / "usercustomize.py").write_text(evil)
    working = tmp_path / "working"
    working.mkdir()
    for shadow in ("rich.py", "textual.py", "platformdirs.py", "evil_driver.py"):
        (working / shadow).write_text(evil + "class Driver: pass\n")
    state = tmp_path / "state"
    begin = "import os, sys; os.chdir(sys.argv[1]); os.execv(sys.argv[2], sys.argv[2:])"
    command = (
        sys.executable, "-I", "-c", begin, str(working),
        sys.executable, "-I", "-m", "tutor.cli", "--restricted", "--state", str(state), "learn", "neuron",
    )  # fmt: skip
    environment = tutor_environment(
        state, HOME=str(home), PYTHONPATH=str(working), TEXTUAL_DRIVER="evil_driver:Driver", TERM="../../evil",
        TEXTUAL_LOG=str(tmp_path / "log"), COLUMNS="200", PYTHONUSERBASE=str(home / ".local"),
    )  # fmt: skip
    with Terminal(command, environment) as terminal:
        terminal.wait_for("1/12")
        known = Path(f"/proc/{terminal.process.pid}/environ").read_bytes()
        assert b"evil" not in known
        assert b"TERM=xterm-256color" in known
        # Eighty columns, whatever a variable says.
        assert max(len(line.rstrip()) for line in terminal.lines) <= 80
    assert not ran.exists()
    assert not (tmp_path / "log").exists()
