"""The texts that ship: given names, the beginning of a book, and sums made by program."""

from __future__ import annotations

from functools import cache

from tutor.engine.randomness import drawing_generator
from tutor.engine.validation import require
from tutor.resources import data_folder

LARGEST_TERM = 99
_BLOCK = 42
"""Apart from what lessons, the sets on the plane and tables draw at the same seed."""


@cache
def names() -> tuple[str, ...]:
    """The 2,102 given names of ``data/texts/names.txt``, in the letters a to z, sorted."""
    return tuple(_text("names").split())


@cache
def story() -> str:
    """The beginning of *Alice's Adventures in Wonderland* (Lewis Carroll, 1865): ten paragraphs, one a line."""
    return _text("alice")


def sums(count: int, seed: int = 0, largest: int = LARGEST_TERM) -> tuple[str, ...]:
    """Different sums of two numbers from 0 to ``largest``, such as ``12+7=19``, in an order drawn by ``seed``.

    Raises ``SpecError`` if there are not that many.
    """
    several = largest + 1
    require(largest >= 0, f"the largest number of a sum is at least 0; got {largest}")
    require(1 <= count <= several**2, f"there are {several**2:,} sums of numbers up to {largest}; got {count:,}")
    drawn = drawing_generator(seed, _BLOCK).choice(several**2, count, replace=False)
    return tuple(f"{a}+{b}={a + b}" for a, b in (divmod(int(pair), several) for pair in drawn))


def _text(name: str) -> str:
    return (data_folder() / "texts" / f"{name}.txt").read_text(encoding="ascii")
