"""What a client of ``dl-tutor serve`` may send, what a session has of it, and what the doctor says."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("for class machines", allow_module_level=True)

from tutor.commands.class_machine.serving.peer import Peer, Refused, become, peer_of
from tutor.commands.class_machine.serving.session import BadRequest, receive
from tutor.commands.class_machine.warm_start import examine

Line = tuple[socket.socket, socket.socket]


@pytest.fixture
def line() -> Iterator[Line]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with closing(ours), closing(theirs):
        yield ours, theirs


def test_a_request_has_an_environment_a_folder_and_three_streams(line: Line) -> None:
    ours, theirs = line
    reading, writing = os.pipe()
    socket.send_fds(theirs, [b"TERM=xterm\0A=b=c\0/var/lib/x"], [reading, writing, writing])
    asked = receive(ours)
    assert asked.environment == {"TERM": "xterm", "A": "b=c"}
    assert asked.state == Path("/var/lib/x")
    os.write(asked.streams[1], b"x")
    assert os.read(asked.streams[0], 1) == b"x"
    for each in (reading, writing, *asked.streams):
        os.close(each)


@pytest.mark.parametrize(
    ("message", "count", "said"),
    [
        (b"TERM=xterm\0x", 3, "whole path"),
        (b"TERM\0/x", 3, "dictionary"),
        (b"\xff=1\0/x", 3, "decode"),
        (b"A=" + b"x" * 20_000 + b"\0/x", 3, "short message"),
        (b"/x", 2, "three streams"),
        (b"/x", 4, "three streams"),
        (b"/x", 0, "three streams"),
    ],
)
def test_what_is_no_request_is_refused(line: Line, message: bytes, count: int, said: str) -> None:
    ours, theirs = line
    with (Path(os.devnull)).open("rb") as nothing:
        socket.send_fds(theirs, [message], [nothing.fileno()] * count)
    with pytest.raises(BadRequest, match=said):
        receive(ours)


def test_a_file_is_no_stream(line: Line) -> None:
    ours, theirs = line
    with Path(__file__).open("rb") as file:
        socket.send_fds(theirs, [b"/x"], [file.fileno()] * 3)
    with pytest.raises(BadRequest, match="terminals, pipes or sockets"):
        receive(ours)


def test_a_session_has_of_its_clients_variables_only_those_that_name_no_code() -> None:
    program = """
import json, os, socket
from tutor.commands.class_machine.serving.session import run_session
said = os.dup(1)
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
reading, writing = os.pipe()
asked = b"TERM=xterm\\0TEXTUAL_DRIVER=os:system\\0LD_PRELOAD=/x.so\\0PYTHONPATH=/x\\0EDITOR=sh\\0USER=ada\\0/state"
socket.send_fds(theirs, [asked], [reading, writing, writing])
def start(arguments):
    os.write(said, json.dumps([arguments, dict(os.environ)]).encode())
    return 0
run_session(ours, start)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    arguments, environment = json.loads(done.stdout)
    assert arguments == ["--restricted", "--state", "/state"]
    assert environment == {
        "TERM": "xterm", "USER": "ada", "PATH": "/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1",
        "DL_TUTOR_RESTRICTED": "1",
    }  # fmt: skip


def test_the_kernel_says_who_is_there(line: Line) -> None:
    assert peer_of(line[0]) == Peer(os.getpid(), os.getuid())


def test_root_and_strangers_get_no_session() -> None:
    with pytest.raises(Refused):
        become(Peer(os.getpid(), 0), "tutor")
    with pytest.raises(Refused, match="987654"):
        become(Peer(os.getpid(), 987654), "tutor")


def test_the_doctor_tells_an_option_that_is_off_from_a_server_that_is_gone(tmp_path: Path) -> None:
    assert "off" in examine(tmp_path).found
    (tmp_path / "run/dl-tutor").mkdir(parents=True)
    (tmp_path / "run/dl-tutor/serve.sock").touch()
    table = tmp_path / "proc/net/unix"
    table.parent.mkdir(parents=True)
    head = "Num RefCount Protocol Flags Type St Inode Path\n"
    table.write_text(head + "0: 00000003 00000000 00000000 0005 03 77 /run/dl-tutor/.serve.sock.12\n", encoding="utf-8")
    assert examine(tmp_path).advice
    table.write_text(head + "0: 00000002 00000000 00010000 0005 01 77 /run/dl-tutor/.serve.sock.12\n", encoding="utf-8")
    found = examine(tmp_path)
    assert not found.advice
    assert "listens" in found.found
