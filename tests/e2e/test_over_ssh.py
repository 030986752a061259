"""A learner's session through a real sshd: the lesson, the line that drops, and what a curious learner tries."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.shapes_screen import (
    RHOMBUS,
    flipped,
    go_to_shapes,
    open_full_lab,
    pixels,
    status,
    train_for_long,
    training_epoch,
)
from tests.e2e.ssh_class import ClassMachine, class_machine, may_isolate
from tests.e2e.terminal import CTRL_Q, SPACE, NotSeen, Terminal

isolated_only = pytest.mark.skipif(
    not may_isolate(), reason="only root may make accounts, and look into a restricted process"
)
# What dl-tutor-session passes on; the last one is that of the isolated interpreter that serves warm sessions.
PASSED_ON = {
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "TERM", "SSH_CONNECTION", "SSH_TTY", "DL_TUTOR_RESTRICTED",
    "DL_TUTOR_SLOTS", "OPENBLAS_NUM_THREADS",
}  # fmt: skip
# In place of half a minute: the line is found dead after two seconds.
SOON = "sed -i s/ClientAliveInterval.*/ClientAliveInterval\\ 1/ /etc/ssh/sshd_config.d/dl-tutor.conf"


@pytest.fixture(scope="module", params=[False, True], ids=["an executable each", "warm"])
def machine(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[ClassMachine]:
    with class_machine(tmp_path_factory.mktemp("class"), warm=request.param) as running:
        yield running


@pytest.fixture
def learner(machine: ClassMachine) -> str:
    return machine.learners[0]


def ended(machine: ClassMachine, give_up: float = 10.0) -> bool:
    """Whether no process of dl-tutor's is left on the machine, soon."""
    end = time.monotonic() + give_up
    while machine.processes():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


# A lesson, and a line that is gone in the middle of it


@pytest.mark.parametrize("warm", [False, True], ids=["an executable each", "warm"])
@pytest.mark.parametrize("ending", ["the client is killed", "the line goes dead"])
def test_hangs_up_in_the_middle_and_is_where_it_was(tmp_path: Path, ending: str, warm: bool) -> None:
    if ending == "the line goes dead" and not may_isolate():
        pytest.skip("sets sshd's patience, which an sshd of one's own has from the fragment")
    with class_machine(tmp_path / "class", before=SOON, warm=warm) as machine:
        learner = machine.learners[0]
        with machine.terminal(learner, columns=120, rows=40) as terminal:
            go_to_shapes(terminal)
            assert terminal.in_full_screen
            open_full_lab(terminal)
            terminal.send(SPACE)
            drawn = flipped(RHOMBUS, [(0, 0)])
            terminal.wait_until(lambda text: pixels(text) == drawn, f"the drawing {drawn}")
            train_for_long(terminal)
            assert len(machine.processes()) >= 2, "the session and its training process"
            seen = training_epoch(terminal.text)
            if ending == "the client is killed":
                terminal.process.send_signal(signal.SIGKILL)
            else:
                # sshd 9.2 asks whether the client is there only when nothing else goes on.
                terminal.send("p")
                terminal.wait_until(lambda text: status(text).startswith("paused at epoch"), "a pause")
                terminal.process.send_signal(signal.SIGSTOP)
            assert ended(machine, 20), f"still running: {machine.processes()}"

        with machine.terminal(learner, columns=120, rows=40) as terminal:
            terminal.wait_for("Resume: The shapes network, step 1 of 17")
            terminal.send("r")
            terminal.wait_for("A network sees no squares", "→ Skipped")
            terminal.wait_until(lambda text: pixels(text) == drawn, f"the drawing {drawn}")
            open_full_lab(terminal)
            said = terminal.wait_until(lambda text: status(text).startswith("paused at epoch "), "the paused training")
            # The screen is painted a moment after what it shows, so the work is at least as far.
            assert int(status(said).split()[3].rstrip(",")) >= seen - 1
            terminal.send(CTRL_Q)
            assert terminal.wait_ended() == 0
        assert ended(machine)


@isolated_only
def test_a_window_that_nobody_looks_at_is_closed(tmp_path: Path) -> None:
    # Later than a busy machine takes to paint at all.
    soon = "sed -i s/=2h/=12s/ /etc/ssh/sshd_config.d/dl-tutor.conf"
    with class_machine(tmp_path / "class", before=soon) as machine, machine.terminal("ada") as terminal:
        terminal.wait_for("What deep learning is", "Quit")
        assert terminal.wait_ended() == 255
        assert ended(machine)


# Without a terminal


def test_without_a_terminal_it_is_plain_and_ends(machine: ClassMachine, learner: str) -> None:
    done = machine.run(machine.command(learner, "-T"))
    assert done.returncode == 0
    assert "What deep learning is" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert ended(machine)


def test_a_pipe_is_answered_line_by_line(machine: ClassMachine, learner: str) -> None:
    done = machine.run(machine.command(learner, "-T"), given="open neuron\nquit\n")
    assert done.returncode == 0
    assert "What a neuron does" in done.stdout


# What a curious learner tries


@pytest.mark.parametrize("asked", [("cat", "/etc/passwd"), ("/bin/sh", "-c", "'id; cat /etc/passwd'"), ("sh", "-i")])
def test_a_command_of_the_clients_is_not_run(machine: ClassMachine, learner: str, asked: tuple[str, ...]) -> None:
    done = machine.run(machine.command(learner, "-T", asks_for=asked), given="id\ncat /etc/passwd\n")
    assert "root:" not in done.stdout + done.stderr
    assert "uid=" not in done.stdout + done.stderr
    assert "What deep learning is" in done.stdout
    with Terminal(
        machine.command(learner, "-t", asks_for=asked), {"PATH": os.environ["PATH"], "TERM": "xterm-256color"}
    ) as terminal:
        terminal.wait_for("dl-tutor", "What deep learning is", "Quit")


def test_files_do_not_go_out_or_in(machine: ClassMachine, learner: str, tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    ours.write_text("of the client's")
    remote = f"{learner}@127.0.0.1"
    target = str(machine.folder / "state" / "put-there")
    tries = [
        ("scp", *machine.options(), f"{remote}:/etc/passwd", str(tmp_path / "got")),
        ("scp", "-O", *machine.options(), f"{remote}:/etc/passwd", str(tmp_path / "got")),
        ("scp", *machine.options(), str(ours), f"{remote}:{target}"),
        ("scp", "-O", *machine.options(), str(ours), f"{remote}:{target}"),
        ("sftp", *machine.options(), f"{remote}:/etc/passwd", str(tmp_path / "got")),
        ("/usr/bin/env", "ssh", *machine.options(), "-s", remote, "sftp"),
    ]
    for command in tries:
        machine.run(command)
        assert [entry.name for entry in tmp_path.iterdir()] == ["ours"], command
        assert not list(machine.folder.rglob("put-there")), command
    assert ended(machine)


@contextmanager
def listening() -> Iterator[int]:
    """A port on which there is a word to be had, for whoever gets through to it."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SAYS_THROUGH], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


_SAYS_THROUGH = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    while True:
        line, _ = server.accept()
        line.sendall(b"through")
        line.close()
"""


def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
        return port


def first_words(port: int) -> bytes:
    """What is said at a port of ours, once it is open."""
    end = time.monotonic() + 20
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
                return line.recv(100)
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise NotSeen("the client never listened") from None
            time.sleep(0.05)


def test_nothing_is_forwarded(machine: ClassMachine, learner: str) -> None:
    with listening() as port:
        assert first_words(port) == b"through"
        to_it = machine.run(machine.command(learner, "-W", f"127.0.0.1:{port}"))
        assert "through" not in to_it.stdout
        assert to_it.returncode != 0
        back = machine.run(
            machine.command(learner, "-N", "-o", "ExitOnForwardFailure=yes", "-R", f"0:127.0.0.1:{port}")
        )
        assert back.returncode == 255
        assert "remote port forwarding failed" in back.stderr
        for way in (lambda ours: ("-L", f"{ours}:127.0.0.1:{port}"), lambda ours: ("-L", f"{ours}:/etc/passwd")):
            ours = free_port()
            with subprocess.Popen(
                machine.command(learner, "-N", *way(ours)), stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
            ) as client:
                try:
                    assert first_words(ours) == b""
                finally:
                    client.kill()


@isolated_only
def test_the_clients_variables_stay_with_the_client(machine: ClassMachine, learner: str, tmp_path: Path) -> None:
    log = tmp_path / "textual.log"
    tries = {
        "PYTHONPATH": "/tmp", "PYTHONSTARTUP": "/tmp/x.py", "LD_PRELOAD": "/tmp/x.so", "TEXTUAL_LOG": str(log),
        "TEXTUAL_DRIVER": "os:system", "BROWSER": "sh", "DL_TUTOR_STATE": str(tmp_path), "LANG": "C", "LC_ALL": "C",
        "COLUMNS": "9999", "SSH_ORIGINAL_COMMAND": "sh",
    }  # fmt: skip
    asked = tuple(word for name, value in tries.items() for word in ("-o", f"SendEnv={name}"))
    with machine.terminal(learner, *asked, environment=tries) as terminal:
        terminal.wait_for("What deep learning is", "Quit")
        (session,) = machine.sessions()
        had = machine.environment_of(session)
    assert had
    assert set(had) <= PASSED_ON
    assert had["LANG"] == "C.UTF-8"
    assert not log.exists()


@isolated_only
def test_setenv_of_the_clients_has_no_effect(machine: ClassMachine, learner: str, tmp_path: Path) -> None:
    said = "SetEnv=PYTHONPATH=/tmp LD_PRELOAD=/tmp/x.so TEXTUAL_LOG=/tmp/x.log LC_TERMINAL=x PYTHONINSPECT=1"
    with machine.terminal(learner, "-o", said) as terminal:
        terminal.wait_for("What deep learning is", "Quit")
        (session,) = machine.sessions()
        assert set(machine.environment_of(session)) <= PASSED_ON


@isolated_only
@pytest.mark.parametrize("term", ["../../../etc/passwd", "/tmp/evil", "x" * 200, "xterm;id", "-h", "$(id)"])
def test_a_terminal_of_any_name_is_an_ordinary_one(machine: ClassMachine, learner: str, term: str) -> None:
    with machine.terminal(learner, environment={"TERM": term}) as terminal:
        terminal.wait_for("What deep learning is", "Quit")
        (session,) = machine.sessions()
        assert machine.environment_of(session)["TERM"] == "xterm-256color"


# Files of the learner's own that a shell, ssh, PAM or Python would run
TRAPS = {
    ".bashrc": "touch {marks}/bashrc",
    ".bash_profile": "touch {marks}/bash_profile",
    ".profile": "touch {marks}/profile",
    ".ssh/rc": "touch {marks}/ssh-rc",
    ".ssh/environment": "PYTHONPATH=/var/lib/dl-tutor/{name}",
    ".pam_environment": "PYTHONPATH DEFAULT=/var/lib/dl-tutor/{name}",
    ".local/lib/python{python}/site-packages/usercustomize.py": "open('{marks}/usercustomize', 'w')",
    ".local/lib/python{python}/site-packages/any.pth": "import os; open('{marks}/pth', 'w')",
    "rich.py": "open('{marks}/rich', 'w')",
    "numpy.py": "open('{marks}/numpy', 'w')",
    "tutor.py": "open('{marks}/tutor', 'w')",
    "sitecustomize.py": "open('{marks}/sitecustomize', 'w')",
}


def set_traps(folder: Path, marks: Path, name: str) -> None:
    marks.mkdir(exist_ok=True)
    marks.chmod(0o777)
    python = ".".join(map(str, sys.version_info[:2]))
    for path, text in TRAPS.items():
        trap = folder / path.format(python=python)
        trap.parent.mkdir(parents=True, exist_ok=True)
        trap.write_text(text.format(marks="/run/folder/marks", name=name, python=python) + "\n")


@isolated_only
def test_files_of_the_learners_own_are_not_run(tmp_path: Path) -> None:
    """Also where the home is the learner's, as it should not be; and bash would have run what is in it."""
    folder = tmp_path / "class"
    careless = "usermod -d /var/lib/dl-tutor/ada ada; usermod -d /var/lib/dl-tutor/bob -s /bin/bash bob"
    with class_machine(folder, ["ada", "bob"], before=careless) as machine:
        for name in machine.learners:
            set_traps(machine.state(name), folder / "marks", name)
        with machine.terminal("ada", columns=120, rows=40) as terminal:
            go_to_shapes(terminal)
            open_full_lab(terminal)
            # The training's process is started too.
            train_for_long(terminal)
        assert machine.run(machine.command("ada", "-T")).returncode == 0
        assert list((folder / "marks").iterdir()) == []
        machine.run(machine.command("bob", "-T"))
        assert [mark.name for mark in (folder / "marks").iterdir()] == ["bashrc"]


@isolated_only
def test_learners_have_nothing_but_their_own_folder(machine: ClassMachine) -> None:
    (learner,) = machine.learners
    state = machine.state(learner)
    assert machine.inside("stat", "-c", "%U:%G %a", f"/var/lib/dl-tutor/{learner}").stdout == f"{learner}:tutor 700\n"
    assert machine.inside("stat", "-c", "%U %a", "/var/lib/dl-tutor", "/etc/ssh/tutor_keys").stdout.split() == [
        "root", "711", "root", "755",
    ]  # fmt: skip
    writable = machine.inside(
        "setpriv", "--reuid", learner, "--regid", "tutor", "--clear-groups", "find", "/var/lib/dl-tutor", "/etc/ssh",
        "/opt/dl-tutor/bin", "-writable", "-not", "-type", "l",
    ).stdout.split()  # fmt: skip
    assert {str(Path(path)) for path in writable if not path.startswith(f"/var/lib/dl-tutor/{learner}")} == set()
    assert state.stat().st_mode & 0o777 == 0o700


def test_the_kernel_holds_a_session(machine: ClassMachine, learner: str) -> None:
    with machine.terminal(learner) as terminal:
        terminal.wait_for("What deep learning is", "Quit")
        (session,) = machine.sessions()
        told = dict(line.split(":\t") for line in Path(f"/proc/{session}/status").read_text().splitlines())
        assert (told["NoNewPrivs"], told["Seccomp"]) == ("1", "2")


# The doctor of a class machine

DOCTOR = ("/opt/dl-tutor/bin/python", "-I", "-m", "tutor.cli", "doctor", "--class", "--json")


def broken(machine: ClassMachine) -> set[str]:
    done = machine.inside(*DOCTOR)
    found = {row["name"] for row in json.loads(done.stdout) if row["needed"] and not row["ok"]}
    assert done.returncode == bool(found)
    # What the kernel of this machine has is not the class machine's doing.
    return found - {"sandbox"}


@isolated_only
def test_the_doctor_finds_a_class_machine_right(machine: ClassMachine) -> None:
    assert broken(machine) == set()


@isolated_only
def test_the_doctor_finds_what_is_wrong(tmp_path: Path) -> None:
    spoilt = """
        echo 'AcceptEnv LANG LC_*' >> /etc/ssh/sshd_config
        echo 'Match User ada
        PermitUserRC yes' > /etc/ssh/sshd_config.d/a-first.conf
        usermod --shell /bin/bash ada
        chown ada /etc/ssh/tutor_keys
        mkdir -p /run/home; chmod 777 /run/home; usermod --home /run/home ada
        chmod 755 /var/lib/dl-tutor/ada
    """
    with class_machine(tmp_path / "class", before=spoilt) as machine:
        assert broken(machine) == {
            "sshd AcceptEnv", "sshd PermitUserRC", "login shells", "keys", "homes", "state",
        }  # fmt: skip
