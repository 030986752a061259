"""Messages to the worker that wait until this machine has a slot for TensorFlow free."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from tutor.training.worker.messages import Message


def needs_tensorflow(values: Mapping[str, Any]) -> bool:
    """Whether doing what this message says loads TensorFlow."""
    if values["do"] in ("compare", "program"):
        return True
    return values["do"] in ("open", "change") and values["settings"]["backend"] == "tensorflow"


class HeldBack:
    """By the run, in their order: what came once a run waits, waits behind it."""

    def __init__(self) -> None:
        self._messages: dict[int, list[Message]] = {}

    def __bool__(self) -> bool:
        return bool(self._messages)

    def __contains__(self, run: int) -> bool:
        return run in self._messages

    def hold(self, values: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
        """Let this message wait."""
        self._messages.setdefault(values.get("run", 0), []).append((values, arrays))

    def all(self) -> list[Message]:
        """All that wait, which do not any more."""
        found = [message for messages in self._messages.values() for message in messages]
        self._messages.clear()
        return found

    def after(self, values: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> list[Message]:
        """Take in a message for a run that waits; what is to be done at once, because it gives up waiting.

        Closing the run drops what waits. A change to settings without TensorFlow takes the place of those that need
        it: a run that was never opened opens with them, and what was ordered meanwhile follows.
        """
        run = values.get("run", 0)
        if values["do"] == "close":
            del self._messages[run]
            return [(values, arrays)]
        if values["do"] != "change":
            self._messages[run].append((values, arrays))
            return []
        found = []
        for held, held_arrays in self._messages.pop(run):
            if held["do"] == "open":
                found.append(({**held, "settings": values["settings"]}, {**held_arrays, **arrays}))
            elif not needs_tensorflow(held):
                found.append((held, held_arrays))
        return [*found, (values, arrays)]
