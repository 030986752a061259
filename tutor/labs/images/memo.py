"""What is dear to compute, kept from one look to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Kept:
    """Under each name the last result, and the key that it was computed for."""

    def __init__(self) -> None:
        self._results: dict[str, tuple[object, Any]] = {}

    def get(self, name: str, key: object, compute: Callable[[], T]) -> T:
        """The result for this key, by ``==``; computed where the last one was for another."""
        kept = self._results.get(name)
        if kept is None or kept[0] != key:
            kept = self._results[name] = key, compute()
        result: T = kept[1]
        return result
