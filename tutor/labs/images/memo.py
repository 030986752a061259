"""A cache for results that are expensive to compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Kept:
    """The last result under each name, and the key that it was computed for."""

    def __init__(self) -> None:
        self._results: dict[str, tuple[object, Any]] = {}

    def get(self, name: str, key: object, compute: Callable[[], T]) -> T:
        """The result for this key, compared by ``==``; computed if the last result was for another key."""
        kept = self._results.get(name)
        if kept is None or kept[0] != key:
            kept = self._results[name] = key, compute()
        result: T = kept[1]
        return result
