"""Irrevocable restriction of this process, as far as the kernel of this machine supports it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tutor.sandbox import landlock, seccomp
from tutor.sandbox.paths import WRITABLE_DEVICES, readable_paths
from tutor.sandbox.system_calls import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, is_known, process_control


@dataclass(frozen=True)
class Level:
    """What the kernel refuses. ``landlock`` is the ABI version, 0 for none; ``seccomp`` is whether it filters."""

    landlock: int
    seccomp: bool

    @property
    def complete(self) -> bool:
        """Whether the kernel refuses every way to a shell, to other files and to the network."""
        return self.landlock > 0 and self.seccomp

    def __str__(self) -> str:
        files = f"files (Landlock {self.landlock})" if self.landlock else ""
        calls = "programs, sockets and other processes (seccomp)" if self.seccomp else ""
        refused = " and ".join(part for part in (files, calls) if part)
        return f"the kernel refuses {refused}" if refused else "the kernel refuses nothing"


def reachable_level() -> Level:
    """The level that ``restrict`` would reach on this machine, without restricting anything."""
    filters = False
    if is_known():
        with suppress(OSError):
            filters = "Seccomp:" in Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return Level(landlock.abi(), filters)


def restrict(writable: Iterable[Path], readable: Iterable[Path] = (), base: Iterable[Path] | None = None) -> Level:
    """Stop this process from starting programs, reaching other processes or the network, or opening other files.

    It can still write to the folders ``writable`` and additionally read ``readable``, besides ``base``: if that is not
    given, what the program itself needs. Call it before starting the first thread. The returned level says how much of
    this the kernel supports.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not is_known():
        return Level(0, False)
    version, filters = 0, False
    with suppress(OSError):
        process_control(PR_SET_DUMPABLE, 0)
    with suppress(OSError):
        process_control(PR_SET_NO_NEW_PRIVS, 1)
        own = readable_paths() if base is None else base
        with suppress(OSError):
            version = landlock.restrict((*own, *readable), (*WRITABLE_DEVICES, *writable))
        seccomp.restrict()
        filters = True
    return Level(version, filters)
