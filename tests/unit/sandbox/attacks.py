"""Run as a program: restricts itself if told to, tries what a curious learner would, and prints what came of it.

``python attacks.py FOLDER OUTSIDE [restricted]``: FOLDER may be written to, OUTSIDE holds another learner's file.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
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
    "memory that programs could be put in": lambda: os.close(os.memfd_create("x")),
    "a socket under another number": lambda: system_call(X32 + 41, 2, 1, 0),
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
