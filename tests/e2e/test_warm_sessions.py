"""Sessions of ``dl-tutor serve`` are the learner's alone, and root's process gives a client in bad faith nothing."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.account_limits import account_limits
from tests.e2e.ssh_class import ClassMachine, class_machine, may_isolate
from tests.e2e.terminal import CTRL_Q, DOWN, ENTER, NotSeen, Terminal, alive, children, wait_gone

pytestmark = pytest.mark.skipif(not may_isolate(), reason="only root may make accounts and serve sessions")
PYTHON = "/opt/dl-tutor/bin/python"
SOCKET = "/run/dl-tutor/serve.sock"
HOME = ("What deep learning is", "Quit")
# What a program of a learner's may do on the machine, if they had one: the session's client, written anew.
CLIENT = f"""
import os, socket, struct, sys
def connect():
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line.connect({SOCKET!r})
    line.settimeout(60)
    return line
def ask(line, environment, state, streams):
    entries = [f"{{name}}={{value}}" for name, value in environment.items()]
    socket.send_fds(line, ["\\0".join([*entries, state]).encode()], streams)
    return line.recv(16)
"""


@pytest.fixture(scope="module")
def warm_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClassMachine]:
    stranger = "useradd --no-create-home stranger"
    with class_machine(tmp_path_factory.mktemp("class"), ["ada", "bob"], stranger, warm=True) as running:
        yield running


@pytest.fixture
def machine(warm_machine: ClassMachine) -> ClassMachine:
    """The machine, once the sessions of the test before have ended."""
    until(lambda: warm_machine.sessions() == [])
    return warm_machine


def server_of(machine: ClassMachine) -> int:
    (found,) = (pid for pid in children(machine.pid) if b"serve" in Path(f"/proc/{pid}/cmdline").read_bytes())
    return found


def as_learner(machine: ClassMachine, program: str, learner: str = "ada") -> str:
    """What a program prints that runs as a learner, and nothing in its way but the kernel and the server."""
    done = machine.inside(
        "setpriv", "--reuid", learner, "--regid", learner if learner == "stranger" else "tutor", "--init-groups",
        PYTHON, "-I", "-c", CLIENT + program,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def until(holds: Callable[[], bool], give_up: float = 30.0) -> None:
    end = time.monotonic() + give_up
    while not holds():
        if time.monotonic() > end:
            raise NotSeen("it never came true")
        time.sleep(0.02)


def at_home(machine: ClassMachine, learner: str = "ada") -> Terminal:
    terminal = machine.terminal(learner)
    terminal.wait_for(*HOME)
    return terminal


def test_a_session_is_a_fork_that_is_the_learners_alone(machine: ClassMachine) -> None:
    with at_home(machine) as terminal:
        (session,) = machine.sessions()
        assert session in children(server_of(machine))
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{session}/status").read_text().splitlines())
        uid = machine.inside("id", "-u", "ada").stdout.strip()
        gid = machine.inside("id", "-g", "ada").stdout.strip()
        assert status["Uid"].split() == [uid] * 4
        assert status["Gid"].split() == [gid] * 4
        assert status["Groups"].split() == [gid]
        assert (status["CapPrm"], status["CapEff"]) == ("0" * 16, "0" * 16)
        assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
        terminal.send(CTRL_Q)
        assert terminal.wait_ended() == 0
        wait_gone([session])


def test_a_session_has_no_descriptor_of_the_server_or_of_another(machine: ClassMachine) -> None:
    with at_home(machine), at_home(machine, "bob"):
        opened = {}
        for session in machine.sessions():
            for link in Path(f"/proc/{session}/fd").iterdir():
                target = str(link.readlink())
                # What several processes may have: the program's own files and nothing at all.
                if target.startswith(("socket:", "pipe:", "/dev/pts")):
                    opened.setdefault(target, set()).add(session)
        assert opened
        assert all(len(sessions) == 1 for sessions in opened.values())
        listening = {str(link.readlink()) for link in Path(f"/proc/{server_of(machine)}/fd").iterdir()}
        lines = listening & set(opened)
        # Each session's line to its client, of which the server tells how the session ended. Not the listening socket.
        assert len(lines) == 2


def test_nothing_of_one_learner_is_in_the_memory_of_another(machine: ClassMachine) -> None:
    typed = "zebrafinch"
    with at_home(machine) as ada:
        (first,) = machine.sessions()
        ada.send("/")
        ada.wait_gone("Quit")
        ada.send(typed)
        ada.wait_for(typed)
        assert memory_holds(first, typed.encode())
        with at_home(machine, "bob"):
            (second,) = set(machine.sessions()) - {first}
            assert not memory_holds(second, typed.encode())
            assert not memory_holds(server_of(machine), typed.encode())


def memory_holds(pid: int, words: bytes) -> bool:
    with Path(f"/proc/{pid}/mem").open("rb") as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, permissions, *_ = line.split()
            if not permissions.startswith("rw"):
                continue
            low, high = (int(end, 16) for end in span.split("-"))
            memory.seek(low)
            if words in memory.read(high - low):
                return True
    return False


def test_a_change_of_the_windows_size_and_the_end_of_the_line_reach_it(machine: ClassMachine) -> None:
    with at_home(machine) as terminal:
        (session,) = machine.sessions()
        terminal.resize(120, 40)
        terminal.wait_until(lambda _: "Quit" in terminal.lines[39], "the keys in the last of 40 rows")
        terminal.process.send_signal(signal.SIGKILL)
        wait_gone([session])


def test_the_exit_status_is_the_sessions(machine: ClassMachine) -> None:
    done = machine.run(machine.command("ada", "-T"), "quit\n")
    assert done.returncode == 0
    with at_home(machine) as terminal:
        (session,) = machine.sessions()
        machine.inside("pkill", "-KILL", "-u", "ada", "-f", "tutor.cli serve")
        assert terminal.wait_ended() == 128 + signal.SIGKILL
        wait_gone([session])


def test_the_doctor_says_whether_it_listens(machine: ClassMachine) -> None:
    done = machine.inside(PYTHON, "-I", "-m", "tutor.cli", "doctor", "--class", "--json")
    (row,) = (row for row in json.loads(done.stdout) if row["name"] == "warm start")
    assert row["ok"]
    assert "dl-tutor serve listens" in row["found"]


# Attacks


def test_who_is_no_learner_gets_nothing(machine: ClassMachine) -> None:
    said = as_learner(
        machine,
        """
try:
    connect()
except PermissionError as error:
    print("refused")
""",
        "stranger",
    )
    assert said == "refused"


def test_a_client_that_lies_about_itself_is_who_it_is(machine: ClassMachine, tmp_path: Path) -> None:
    """It says that it is bob and root, and asks for variables that name code to run."""
    said = as_learner(
        machine,
        """
import pty, time
ours, theirs = pty.openpty()
environment = {"USER": "bob", "LOGNAME": "root", "HOME": "/var/lib/dl-tutor/bob", "TERM": "dumb", "LANG": "C.UTF-8",
               "PYTHONPATH": "/tmp", "TEXTUAL_DRIVER": "os:system", "LD_PRELOAD": "/tmp/x.so"}
line = connect()
pid = struct.unpack("i", ask(line, environment, "/var/lib/dl-tutor/bob", [theirs] * 3))[0]
print(os.stat(f"/proc/{pid}").st_uid == os.getuid() or open(f"/proc/{pid}/status").read())
seen = b""
while b"dl-tutor" not in seen and b"cannot" not in seen and b"not" not in seen:
    seen += os.read(ours, 4096)
line.close(); os.close(theirs); os.close(ours)
""",
    )
    assert said == "True" or re.search(rf"Uid:\s+{machine.inside('id', '-u', 'ada').stdout.strip()}", said)
    assert not list(machine.state("bob").glob("*-wal"))
    until(lambda: machine.sessions() == [])


@pytest.mark.parametrize(
    "asked",
    [
        'ask(line, {}, "/var/lib/dl-tutor/ada", [os.open("/etc/passwd", os.O_RDONLY)] * 3)',
        'ask(line, {}, "/var/lib/dl-tutor/ada", [os.open("/", os.O_RDONLY)] * 3)',
        'ask(line, {}, "/var/lib/dl-tutor/ada", [0] * 2)',
        'ask(line, {}, "/var/lib/dl-tutor/ada", [0] * 20)',
        'ask(line, {}, "ada", [0] * 3)',
        'ask(line, {"TERM": "x" * 60000}, "/var/lib/dl-tutor/ada", [0] * 3)',
        "line.send(b'nothing') and line.recv(16)",
        "line.send(bytes(range(256))) and line.recv(16)",
    ],
    ids=["a file", "a folder", "too few", "too many", "no path", "too long", "no streams", "no text"],
)
def test_descriptors_and_messages_that_are_none_are_refused(machine: ClassMachine, asked: str) -> None:
    assert as_learner(machine, f"line = connect()\nprint(len({asked}))") == "1"
    until(lambda: machine.sessions() == [])


def test_a_learner_can_signal_neither_the_server_nor_another(machine: ClassMachine) -> None:
    with at_home(machine, "bob") as bob:
        (session,) = machine.sessions()
        inside = machine.inside("pgrep", "-u", "bob", "-f", "tutor.cli serve").stdout.split()
        server = machine.inside("pgrep", "-u", "root", "-f", "tutor.cli serve").stdout.split()
        assert len(inside) == len(server) == 1
        said = as_learner(
            machine,
            f"""
for pid in {inside + server}:
    for number in (1, 9, 15, 19):
        try:
            os.kill(int(pid), number)
            print("sent")
        except PermissionError:
            pass
""",
        )
        assert said == ""
        assert alive(session)
        bob.send(DOWN, ENTER)
        bob.wait_for("Next", "Back")


def test_a_thousand_connections_of_one_learner_stop_nobody(machine: ClassMachine) -> None:
    """They say nothing, so each that is served waits; a learner has few, and another learner comes in beside them."""
    said = as_learner(
        machine,
        """
import resource, select
resource.setrlimit(resource.RLIMIT_NOFILE, (1100, 1100))
lines, closed = [], 0
for _ in range(1000):
    lines.append(connect())
poll = select.poll()
for line in lines:
    poll.register(line, select.POLLIN)
while closed < 1000 - 8:
    for number, _ in poll.poll(60000):
        poll.unregister(number)
        closed += 1
print(closed)
""",
    )
    # The eight that wait in vain are refused later, by a status.
    assert int(said) >= 1000 - 8
    with at_home(machine, "bob") as bob:
        bob.send(CTRL_Q)
        assert bob.wait_ended() == 0
    until(lambda: machine.sessions() == [])
    with at_home(machine):
        assert machine.sessions()[0] in children(server_of(machine))


def test_a_session_is_in_the_control_groups_of_its_login(tmp_path: Path) -> None:
    with account_limits() as limits:
        if limits is None:
            pytest.skip("this process may not make control groups")
        commands = limits.shell_commands()
        with class_machine(tmp_path / "class", ["ada"], commands, warm=True) as machine, at_home(machine):
            (session,) = machine.sessions()
            assert session in children(server_of(machine))
            groups = Path(f"/proc/{session}/cgroup").read_text()
            assert f"/{limits.folder.name}/user-ada.slice\n" in groups


# The server's end. These come last: the machine has no server afterwards.


def test_sessions_outlive_the_server_and_the_next_login_has_an_executable_of_its_own(tmp_path: Path) -> None:
    with class_machine(tmp_path / "class", ["ada", "bob"], warm=True) as machine, at_home(machine) as ada:
        (session,) = machine.sessions()
        server = server_of(machine)
        machine.inside("pkill", "-TERM", "-u", "root", "-f", "tutor.cli serve")
        wait_gone([server])
        ada.send(DOWN, ENTER)
        ada.wait_for("Next", "Back")
        with at_home(machine, "bob") as bob:
            (other,) = set(machine.sessions()) - {session}
            assert b"--restricted" in Path(f"/proc/{other}/cmdline").read_bytes()
            bob.send(CTRL_Q)
            assert bob.wait_ended() == 0
        ada.send(CTRL_Q)
        ada.wait_ended()
        wait_gone([session])
