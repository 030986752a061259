"""Messages to the worker that wait until this machine has a free slot for TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from tutor.training.worker.messages import Message


def needs_tensorflow(values: Mapping[str, Any]) -> bool:
    """Whether executing this message loads TensorFlow."""
    if values["do"] in ("compare", "program"):
        return True
    return values["do"] in ("open", "change") and values["settings"]["backend"] == "tensorflow"


class TensorFlowQueue:
    """Waiting messages by run, in order: once a run waits, its later messages wait behind it."""

    def __init__(self) -> None:
        self._messages: dict[int, list[Message]] = {}

    def __bool__(self) -> bool:
        return bool(self._messages)

    def __contains__(self, run: int) -> bool:
        return run in self._messages

    def add(self, values: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
        """Add a message that has to wait."""
        self._messages.setdefault(values.get("run", 0), []).append((values, arrays))

    def pop_all(self) -> list[Message]:
        """Remove and return all waiting messages."""
        found = [message for messages in self._messages.values() for message in messages]
        self._messages.clear()
        return found

    def follow_up(self, values: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> list[Message]:
        """Process a message for a waiting run; return the messages to execute now, because the run stops waiting.

        Closing the run drops its waiting messages. A change to settings without TensorFlow replaces those that need it:
        a run that was not opened yet opens with the new ones, and the commands given since then follow.
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
