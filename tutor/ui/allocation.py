"""Memory that is no longer used goes back to the machine: on a class machine others want it."""

from __future__ import annotations

import ctypes
import gc
import sys

LARGE = 256 * 1024
"""Bytes. A block of this size is mapped by itself, and unmapped when it is freed."""
# Of glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8


def set_allocation() -> None:
    """Fix the size from which a block stands by itself, and have one heap for all threads.

    glibc would raise the size with each large block that is freed, up to 32 MB (mallopt(3)): the arrays of a picture
    lab then come from the heap, whose end the smallest block that outlives them holds in place. And each thread would
    have a heap of its own, though only one at a time runs Python. Other systems are left as they are.
    """
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, LARGE)
        mallopt(_M_TRIM_THRESHOLD, LARGE)
        mallopt(_M_ARENA_MAX, 1)


def set_aside_what_stays() -> None:
    """Free what nothing reaches any more, of all there is, and leave the rest out of later searches (gc.freeze).

    What stays is above all the modules: a search takes 60 ms with them and 10 ms without.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def give_back_memory() -> None:
    """Free what nothing reaches any more, of what is new, and give it back.

    Screens and widgets hold each other, and with them the numbers that they show and their lab. By itself Python
    searches only when there are many new objects, however large: a few widgets with the numbers of a picture are
    megabytes.
    """
    gc.collect()
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)


def _of_glibc(name: str) -> ctypes._NamedFuncPointer | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
