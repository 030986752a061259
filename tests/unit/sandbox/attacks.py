"""Run as a program: restricts itself if told to, tries what a curious learner would, and prints what came of it.

``python attacks.py FOLDER OUTSIDE [restricted]``: FOLDER may be written to, OUTSIDE holds another learner's file and a
datagram socket ``log``, as the system's log is one.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import multiprocessing
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

folder, outside = Path(sys.argv[1]), Path(sys.argv[2])
library = ctypes.CDLL(None, use_errno=True)
X32 = 0x40000000
# Of the log that another program reads; the same by a name that is no file's.
LOG, ABSTRACT_LOG = str(outside / "log"), f"\0{outside / 'log'}"
# As a program that starts this one might leave one open.
inherited, _other_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)


def system_call(number: int, *arguments: Any) -> int:
    result = int(library.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"system call {number}")
    return result


def in_a_child(run: Callable[[], object]) -> object:
    """For what would take this process's place: done in a forked one, which a restricted process cannot have either."""
    child = os.fork()
    if child == 0:
        try:
            run()
        finally:
            os._exit(99)
    return raise_unless(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "the child failed")


def raise_unless(holds: bool, why: str) -> str:
    if not holds:
        raise OSError(why)
    return "done"


def in_pty() -> object:
    child, descriptor = pty.fork()
    if child == 0:
        os._exit(0)
    os.close(descriptor)
    return os.waitpid(child, 0)


def unix_socket() -> object:
    with socket.socket(socket.AF_UNIX) as one:
        return one.fileno()


def pair(kind: int) -> object:
    """A pair of connected sockets of this kind, which may have flags."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    ours.sendall(b"x")
    received = theirs.recv(1)
    ours.close()
    theirs.close()
    return raise_unless(received == b"x", "nothing came through")


def pipe_of_multiprocessing() -> object:
    ours, theirs = multiprocessing.Pipe()
    with ours, theirs:
        ours.send("x")
        return theirs.recv()


def say_to(log: str, kind: int) -> object:
    """Write into another program's log through one end of a pair of this kind."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    with ours, theirs:
        return ours.sendto(b"forged", log)


def message_to(log: str) -> object:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        return ours.sendmsg([b"forged"], [], 0, log)


class Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_char_p), ("length", ctypes.c_size_t))


class Header(ctypes.Structure):
    """``struct mmsghdr``: ``struct msghdr`` and how much was sent."""

    _fields_ = (
        ("name", ctypes.c_char_p), ("name_length", ctypes.c_uint), ("vectors", ctypes.POINTER(Vector)),
        ("count", ctypes.c_size_t), ("control", ctypes.c_void_p), ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int), ("sent", ctypes.c_uint),
    )  # fmt: skip


def messages_to(log: str) -> object:
    """By ``sendmmsg``, which Python has no name for."""
    address = int(socket.AF_UNIX).to_bytes(2, sys.byteorder) + log.encode()
    header = Header(address, len(address), ctypes.pointer(Vector(b"forged", 6)), 1)
    number = {"x86_64": 307, "aarch64": 269}[os.uname().machine]
    return system_call(number, inherited.fileno(), ctypes.byref(header), 1, 0)


def ring() -> object:
    """``io_uring_setup``: a ring would send and connect without a system call for each."""
    return os.close(system_call(425, 1, ctypes.create_string_buffer(120)))


def shared_memory() -> object:
    """``shmget``, private and of one page, and away with it again."""
    get, control = {"x86_64": (29, 31), "aarch64": (194, 195)}[os.uname().machine]
    return system_call(control, system_call(get, 0, ctypes.c_size_t(4096), 0o1600), 0, None)


def connections(folder: str) -> object:
    """The sockets of everybody on the machine, as this folder of the kernel's lists them."""
    return raise_unless(Path(folder, "net/unix").read_text().startswith("Num"), "no list")


def network_folder() -> object:
    return list(Path("/proc/self/net").iterdir())


def memory_of_others() -> object:
    # Nothing is read: of no place, to no place.
    return system_call({"x86_64": 310, "aarch64": 270}[os.uname().machine], os.getppid(), None, 0, None, 0, 0)


def execveat() -> object:
    number = {"x86_64": 322, "aarch64": 281}[os.uname().machine]
    arguments = (ctypes.c_char_p * 2)(b"true", None)
    # AT_FDCWD, and no flags.
    return in_a_child(lambda: system_call(number, -100, b"/bin/true", arguments, None, 0))


ATTACKS: dict[str, Callable[[], object]] = {
    "a shell by os.system": lambda: raise_unless(os.system("true") == 0, "no shell"),
    "a program by subprocess": lambda: subprocess.run(["true"], check=True),
    "a program in this one's place": lambda: in_a_child(lambda: os.execv("/bin/true", ["true"])),
    "a program by its descriptor": execveat,
    "a shell in a pty": in_pty,
    "a process": lambda: in_a_child(lambda: os._exit(0)),
    "a socket of the network": lambda: socket.socket(socket.AF_INET).close(),
    "a socket on this machine": unix_socket,
    "another process's memory": memory_of_others,
    "the users of the machine": lambda: Path("/etc/passwd").read_text(),
    "a list of the root folder": lambda: list(Path("/").iterdir()),
    "another learner's file": lambda: (outside / "progress.db").read_bytes(),
    "writing into another's folder": lambda: (outside / "mine").write_text("x"),
    "writing beside": lambda: (folder.parent / "mine").write_text("x"),
    "a link to what lies elsewhere": lambda: (folder / "link").symlink_to(outside / "progress.db"),
    "a hard link from elsewhere": lambda: os.link(outside / "progress.db", folder / "hard"),
    "the parent's environment": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "a signal to the parent": lambda: os.kill(os.getppid(), 0),
    "a signal to everybody": lambda: os.killpg(0, signal.SIGURG),
    "staying when the parent ends": lambda: raise_unless(library.prctl(1, 0, 0, 0, 0) == 0, "it ends, too"),
    "memory that programs could be put in": lambda: os.close(os.memfd_create("x")),
    "a socket under another number": lambda: system_call(X32 + 41, 2, 1, 0),
    "another program's log": lambda: say_to(LOG, socket.SOCK_DGRAM),
    "another program's log, with flags": lambda: say_to(LOG, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK),
    "another program's log, by the kind that stands for it": lambda: say_to(LOG, socket.SOCK_RAW),
    "another program's log without a file": lambda: say_to(ABSTRACT_LOG, socket.SOCK_DGRAM),
    "another program's log, by a message": lambda: message_to(LOG),
    "another program's log, by several messages": lambda: messages_to(LOG),
    "another program's log, by a socket left open": lambda: inherited.sendto(b"forged", LOG),
    "a pair of datagram sockets": lambda: pair(socket.SOCK_DGRAM),
    "a pair of sockets for packets in sequence": lambda: pair(socket.SOCK_SEQPACKET | socket.SOCK_CLOEXEC),
    "a pair under another number": lambda: system_call(X32 + 53, 1, 2, 0, ctypes.create_string_buffer(8)),
    "a ring of requests to the kernel": ring,
    "memory shared with others": shared_memory,
    "the network's folder": network_folder,
    "the sockets of the machine": lambda: connections("/proc"),
    "the sockets, by this process": lambda: connections("/proc/self"),
    "the sockets, by this process's number": lambda: connections(f"/proc/{os.getpid()}"),
    "the sockets, by this thread": lambda: connections("/proc/thread-self"),
    "the sockets, by a thread's number": lambda: connections(f"/proc/self/task/{threading.get_native_id()}"),
    "the sockets, by the parent": lambda: connections(f"/proc/{os.getppid()}"),
}
# What the program itself does has to go on.
NEEDED: dict[str, Callable[[], object]] = {
    "writing its own": lambda: (folder / "own").write_text("x"),
    "renaming its own": lambda: (folder / "own").replace(folder / "renamed"),
    "reading its own": lambda: (folder / "renamed").read_text(),
    "importing": lambda: __import__("wave"),
    "NumPy": lambda: float(__import__("numpy").ones(3).sum()),
    "a thread": lambda: threading.Thread(target=int).start(),
    "an event loop": lambda: asyncio.run(asyncio.sleep(0)),
    "a pair of streams": lambda: pair(socket.SOCK_STREAM),
    "a pair of streams with flags": lambda: pair(socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC),
    "a pipe of multiprocessing": pipe_of_multiprocessing,
    "what the C library asks of this process": lambda: Path("/proc/self/maps").read_text(),
    "a signal to itself": lambda: os.kill(os.getpid(), 0),
    "random numbers": lambda: os.urandom(4).hex(),
}


def main() -> None:
    level = None
    if sys.argv[3:] == ["restricted"]:
        from tutor.sandbox.restriction import restrict

        reached = restrict([folder])
        level = [reached.landlock, reached.seccomp]
    results: dict[str, Any] = {"level": level}
    for name, attempt in {**ATTACKS, **NEEDED}.items():
        try:
            attempt()
            results[name] = ""
        except Exception as error:
            results[name] = f"{type(error).__name__}: {error}"
    print(json.dumps(results))


main()
