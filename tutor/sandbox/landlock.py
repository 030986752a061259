"""Landlock: limits which files a process and its children can open, from Linux 5.13 (linux/landlock.h)."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tutor.sandbox.system_calls import call, is_known

_VERSION = 1
_PATH_BENEATH = 1

# Access rights to files, one bit each.
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REGULAR = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_ALL_OF_ABI_1 = (1 << 13) - 1
# Links and renames between folders, truncating files, and ioctl on devices.
REFER, TRUNCATE, IOCTL_DEVICE = 1 << 13, 1 << 14, 1 << 15
_SINCE = {2: REFER, 3: TRUNCATE, 5: IOCTL_DEVICE}
_OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE
# TCP bind and connect, since ABI 4. Abstract sockets and signals to processes outside, since ABI 6.
_TCP, _SCOPES = 0b11, 0b11

READ = READ_FILE | READ_DIR
# No links to outside, no devices, sockets or pipes; saving needs renames within the folder.
WRITE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REGULAR | REFER | TRUNCATE


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def abi() -> int:
    """The Landlock ABI version of this kernel; 0 if it is missing or disabled."""
    if not is_known():
        return 0
    try:
        return call("landlock_create_ruleset", 0, 0, _VERSION)
    except OSError:
        return 0


def restrict(readable: Iterable[Path], writable: Iterable[Path]) -> int:
    """Limit this thread and its children to these files and folders; return the Landlock ABI version.

    Skips missing paths. Open files stay open. Call it before other threads exist, which it would not restrict, and
    after ``PR_SET_NO_NEW_PRIVS``. Raises ``OSError`` without Landlock.
    """
    version = abi()
    handled = _ALL_OF_ABI_1 | sum(right for since, right in _SINCE.items() if version >= since)
    ruleset = _Ruleset(handled, _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    descriptor = call("landlock_create_ruleset", ctypes.byref(ruleset), size, 0)
    try:
        for allowed, paths in ((READ, readable), (WRITE, writable)):
            for path in paths:
                with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                    _allow(descriptor, path, allowed & handled)
        call("landlock_restrict_self", descriptor, 0)
    finally:
        os.close(descriptor)
    return version


def _allow(ruleset: int, path: Path, rights: int) -> None:
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not path.is_dir():
            rights &= _OF_A_FILE
        rule = _PathBeneath(rights, parent)
        call("landlock_add_rule", ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(parent)
