"""Return unused memory to the operating system, which a class machine needs for other sessions."""

from __future__ import annotations

import ctypes
import gc
import sys

LARGE = 256 * 1024
"""Bytes. Blocks of at least this size are mapped separately, and unmapped when freed."""
# From glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8


def set_allocation() -> None:
    """Fix the size above which blocks are mapped separately, and use one heap for all threads.

    By default glibc raises that size with each large block that is freed, up to 32 MB (mallopt(3)): the arrays of a
    picture lab then come from the heap, which cannot shrink while a small block after them is in use. glibc would also
    give each thread its own heap, though only one thread at a time runs Python. Does nothing on other systems.
    """
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, LARGE)
        mallopt(_M_TRIM_THRESHOLD, LARGE)
        mallopt(_M_ARENA_MAX, 1)


def collect_seldom() -> None:
    """Have Python run its full garbage collections a tenth as often as by default.

    One takes 30 ms with a whole lab on the screen, and comes while a key is handled, since that makes new objects.
    ``give_back_memory`` runs one whenever widgets have been closed or a training has ended.
    """
    gc.set_threshold(700, 10, 100)


def set_aside_what_stays() -> None:
    """Run a garbage collection; the first time, exclude what remains from later ones (gc.freeze).

    Mostly modules remain: a collection takes 60 ms with them and 10 ms without. What is set aside stays so: a session
    of ``dl-tutor serve`` shares it with others, and a collection would write into every object, and so copy it.
    """
    gc.collect()
    if not gc.get_freeze_count():
        gc.freeze()


def give_back_memory() -> None:
    """Run a garbage collection of new objects, and return the memory to the system.

    Screens and widgets reference each other, their lab and the numbers they show. Python's own collector runs after
    many new objects, whatever their size, but a few widgets with the numbers of a picture take megabytes.
    """
    gc.collect()
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)


def _of_glibc(name: str) -> ctypes._NamedFuncPointer | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
