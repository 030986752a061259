"""Starts ``dl-tutor`` in forks of a process that has imported it; see ``program_server.py``.

What is tested so is the program from its first line to its end. What only a true start shows (imports, closed standard
streams, other encodings, the sandbox, flags of Python) is tested by true starts.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

TUTOR = (sys.executable, "-m", "tutor.cli")
# Makes standard input the controlling terminal of this new session, so that it is hung up on like a shell's child.
_TAKE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
_SUBREAPER = 36
"""From Linux's prctl.h: a process whose parent ends becomes this process's child."""


class Program(subprocess.Popen[Any]):
    """A command. ``dl-tutor`` runs in a fork, if its environment lets it; so does other Python code if it ``forks``.

    ``takes_terminal``: in a session of its own, of which its standard input is the terminal.
    """

    def __init__(
        self, command: Sequence[Any], *, takes_terminal: bool = False, forks: bool = False, **given: Any
    ) -> None:
        command = [os.fspath(word) for word in command]
        asked = tuple(command[:3]) == TUTOR if not forks else command[:2] == [sys.executable, "-c"]
        self._forks = asked and "preexec_fn" not in given and _is_ordinary(command, given.get("env") or os.environ)
        self._takes_terminal = takes_terminal
        if takes_terminal and not self._forks:
            command = [sys.executable, "-S", "-E", "-c", _TAKE_TERMINAL, *command]
        super().__init__(command, start_new_session=takes_terminal, **given)

    def _execute_child(self, *given: Any) -> None:
        # The rest of Popen (pipes, waiting, signals, timeouts) is as it is for a program that is executed.
        if not self._forks:
            super()._execute_child(*given)  # type: ignore[misc]
            return
        command, folder, environment, streams = given[0], given[5], given[6], given[10:16]
        asked = {
            "command": command[1:],
            "folder": str(folder or Path.cwd()),
            "environment": dict(os.environ if environment is None else environment),
            "takes_terminal": self._takes_terminal,
        }
        standard = [number if given < 0 else given for number, given in enumerate((streams[0], streams[3], streams[5]))]
        self.pid = _server(asked["environment"].get("LANG")).start(asked, standard)
        self._child_created = True
        self._close_pipe_fds(*streams)  # type: ignore[attr-defined]


def run(
    command: Sequence[Any], *, input: Any = None, capture_output: bool = False, timeout: float | None = None,
    forks: bool = False, **given: Any,
) -> subprocess.CompletedProcess[Any]:  # fmt: skip
    """Like ``subprocess.run``."""
    given.pop("check", None)
    if capture_output:
        given.update(stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if input is not None:
        given.update(stdin=subprocess.PIPE)
    with Program(command, forks=forks, **given) as program:
        try:
            out, err = program.communicate(input, timeout)
        except BaseException:
            program.kill()
            raise
    return subprocess.CompletedProcess(program.args, program.returncode, out, err)


class _Server:
    """The process that forks, one for each process of the tests and each encoding."""

    def __init__(self, language: str | None) -> None:
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        environment.pop("LANG", None)
        if language is not None:
            environment["LANG"] = language
        with theirs:
            # It ends when this process does and its end of the socket with it.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.program_server", str(theirs.fileno())], pass_fds=[theirs.fileno()],
                env=environment, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def start(self, asked: Mapping[str, object], standard: Sequence[int]) -> int:
        """Fork; the process ID of what is a child of this process now."""
        socket.send_fds(self._ours, [json.dumps(asked).encode()], standard)
        answer = self._ours.recv(64)
        assert answer, "the server of programs ended"
        return int(answer)


_servers: dict[str | None, _Server] = {}
_OVER_SSH = "C.UTF-8"


def _server(language: str | None) -> _Server:
    if language not in _servers:
        _servers[language] = _Server(language)
    return _servers[language]


def _is_ordinary(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether a fork is what a start would be: with the encoding and the flags of the server, and no sandbox."""
    named = [name for name in environment if name.startswith(("LC_", "PYTHON"))]
    same = all(environment[name] == os.environ.get(name) for name in named)
    usual = environment.get("LANG") in (_OVER_SSH, os.environ.get("LANG"))
    return sys.platform == "linux" and same and usual and "--restricted" not in command
