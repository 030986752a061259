"""Memory that is freed goes back to the machine: on a class machine others want it."""

from __future__ import annotations

import ctypes
import sys

LARGE = 256 * 1024
"""Bytes. A block of this size is mapped by itself, and unmapped when it is freed."""
# Of glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def give_back_large_blocks() -> None:
    """Fix the size from which a block stands by itself.

    glibc would raise it with each large block that is freed, up to 32 MB (mallopt(3)): the arrays of a picture lab then
    come from the heap, whose end the smallest block that outlives them holds in place. Other systems are left as
    they are.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, LARGE)
        mallopt(_M_TRIM_THRESHOLD, LARGE)
