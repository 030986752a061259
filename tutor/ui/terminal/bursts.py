"""Bursts: keys that arrive together, with no frame painted between them, such as text sent at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from itertools import takewhile
from typing import Protocol, runtime_checkable

from textual import events
from textual.message import Message


@runtime_checkable
class ExpressionField(Protocol):
    """A widget for numbers and expressions, in which letters are commands while it is empty."""

    @property
    def takes_expression(self) -> bool:
        """Whether an expression could begin in it now."""


@runtime_checkable
class DropsBursts(Protocol):
    """A driver that queues keys."""

    def drop_burst(self) -> bool:
        """Drop the characters typed together with the last key delivered; return whether there were any."""


def is_typed(message: Message) -> bool:
    """Whether it is a key with a character, pressed without alt or ctrl."""
    return isinstance(message, events.Key) and message.is_printable and "+" not in message.key


def typed_together(waiting: Iterable[Message]) -> str:
    """The characters at the beginning of ``waiting``, up to the first message that is not a character."""
    return "".join(key.character or "" for key in takewhile(is_typed, waiting) if isinstance(key, events.Key))


def drop_typed(waiting: deque[Message], most: int) -> bool:
    """Remove up to ``most`` characters and enters from the beginning of ``waiting``; return whether there were any."""
    dropped = False
    with suppress(IndexError):  # the reading thread may empty it at any moment
        while most > 0 and (is_typed(waiting[0]) or _is_enter(waiting[0])):
            waiting.popleft()
            most -= 1
            dropped = True
    return dropped


def _is_enter(message: Message) -> bool:
    return isinstance(message, events.Key) and message.key == "enter"
