"""Keys that came together, before anything could be painted between them: text typed or sent in one go."""

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
    """A widget that numbers and expressions are typed into, and whose letters are commands while it is empty."""

    @property
    def takes_expression(self) -> bool:
        """Whether an expression could begin in it now."""


@runtime_checkable
class DropsBursts(Protocol):
    """A driver that keeps the keys that are still to be handed over."""

    def drop_burst(self) -> bool:
        """Drop what was typed together with the last key that was handed over; whether there was anything."""


def is_typed(message: Message) -> bool:
    """Whether it is a key with a character of its own, pressed without alt or ctrl."""
    return isinstance(message, events.Key) and message.is_printable and "+" not in message.key


def typed_together(waiting: Iterable[Message]) -> str:
    """The characters at the beginning of ``waiting``, up to the first message that is no character."""
    return "".join(key.character or "" for key in takewhile(is_typed, waiting) if isinstance(key, events.Key))


def drop_typed(waiting: deque[Message], most: int) -> bool:
    """Take characters and enter, ``most`` of them, off the beginning of ``waiting``; whether there were any."""
    dropped = False
    with suppress(IndexError):  # the reading thread may empty it at any moment
        while most > 0 and (is_typed(waiting[0]) or _is_enter(waiting[0])):
            waiting.popleft()
            most -= 1
            dropped = True
    return dropped


def _is_enter(message: Message) -> bool:
    return isinstance(message, events.Key) and message.key == "enter"
