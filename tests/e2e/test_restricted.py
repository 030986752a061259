"""``--restricted`` in a real terminal: lessons go on as ever, and nothing else is to be had."""

from __future__ import annotations

import site
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.shapes_screen import RHOMBUS as FIRST_DRAWING
from tests.e2e.shapes_screen import flipped, go_to_shapes, open_full_lab, pixels, train_for_long, training_epoch
from tests.e2e.terminal import CTRL_Q, SPACE, TUTOR, Terminal, children, tutor_environment, wait_gone
from tutor.sandbox.restriction import reachable_level

CTRL_P, NEXT = "\x10", "n"

pytestmark = pytest.mark.skipif(not reachable_level().complete, reason=f"on this machine {reachable_level()}")


def restricted(state: Path, *arguments: str, columns: int = 80, rows: int = 24, **environment: str) -> Terminal:
    command = (*TUTOR, "--restricted", "--state", str(state), *arguments)
    return Terminal(command, tutor_environment(state, **environment), columns, rows)


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
