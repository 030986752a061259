"""A session in a fork of the server: it takes the client's terminal, and becomes ``dl-tutor --restricted``.

All of this runs as the learner already: what the client sends can harm nobody else.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tutor.sandbox.environment import ISOLATED_MARKER, clean_environment

MESSAGE_WITHIN = 10.0
"""Seconds in which the client must have sent its message."""
_LONGEST = 16_384
_NUMBER = struct.Struct("i")
_STANDARD = 3
BAD_MESSAGE = 76  # EX_PROTOCOL of sysexits.h


@dataclass(frozen=True)
class Request:
    """What a client asks for: an environment, the folder with its progress, and its standard streams."""

    environment: Mapping[str, str]
    state: Path
    streams: tuple[int, ...]


class BadRequest(ValueError):
    """A message that is not a request; the message says why."""


def run_session(line: socket.socket, start: Callable[[list[str]], int]) -> int:
    """Run the session that the client asks for; returns its exit status. Never more than once in a process.

    ``start`` runs ``dl-tutor`` with arguments, as an executable for one session would.
    The line stays open: when it closes everywhere, the client takes the session for ended.
    """
    try:
        line.settimeout(MESSAGE_WITHIN)
        asked = receive(line)
        line.settimeout(None)
        # From now on the client waits for the end, and passes signals on to this process.
        line.send(_NUMBER.pack(os.getpid()), socket.MSG_NOSIGNAL)
    except (OSError, BadRequest):
        return BAD_MESSAGE
    _take_streams(asked.streams)
    os.chdir("/")
    os.umask(0o077)
    os.environ.clear()
    os.environ.update({**clean_environment(asked.environment), ISOLATED_MARKER: "1"})
    arguments = ["--restricted", "--state", str(asked.state)]
    sys.argv = ["dl-tutor", *arguments]
    return start(arguments)


def receive(line: socket.socket) -> Request:
    """The client's request: ``NAME=value`` and the folder last, with zero bytes between them, and three streams.

    Raises ``BadRequest``, ``OSError``.
    """
    message, descriptors, flags, _ = socket.recv_fds(line, _LONGEST, _STANDARD)
    if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC) or len(descriptors) != _STANDARD:
        raise BadRequest("expected three streams and a short message")
    if not all(map(_is_stream, descriptors)):
        raise BadRequest("expected terminals, pipes or sockets")
    try:
        *entries, state = message.decode().split("\0")
        environment = dict(entry.split("=", 1) for entry in entries)
    except ValueError as error:
        raise BadRequest(str(error)) from error
    if not Path(state).is_absolute():
        raise BadRequest("expected the whole path of a folder")
    return Request(environment, Path(state), tuple(descriptors))


def _is_stream(descriptor: int) -> bool:
    """No file and no folder: through an open one the kernel's restriction could be passed by."""
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _take_streams(streams: tuple[int, ...]) -> None:
    """Make them the standard streams, as Python opens those of a new interpreter."""
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    for descriptor in streams:
        if descriptor >= _STANDARD:
            os.close(descriptor)
    sys.stdin = sys.__stdin__ = os.fdopen(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = os.fdopen(  # type: ignore[misc]
        1, "w", 1 if os.isatty(1) else -1, "utf-8", "surrogateescape", closefd=False
    )
    sys.stderr = sys.__stderr__ = os.fdopen(2, "w", 1, "utf-8", "backslashreplace", closefd=False)  # type: ignore[misc]
