"""Whether all that a key has caused is done, so that the next one finds the screen that the first one made."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.message_pump import MessagePump


def at_rest(app: App[Any]) -> bool:
    """Whether no part of the app handles a message, has one waiting, or waits for a repaint to go on.

    A key goes from the focused widget up to the app before its binding acts, and what it causes (an answer that is
    judged, a focus that moves, a screen that opens) takes further messages. A letter goes into a field at once. So a
    second key of the same moment would often be taken before the first.
    """
    if _is_at_work(app) or (app._screen_stack and app.screen._callbacks):
        return False
    return not any(_is_at_work(node) for node in app._registry)


def _is_at_work(pump: MessagePump) -> bool:
    if not pump.is_running:
        # One that is being mounted has a task already; one that was taken off has none any more.
        return pump._task is not None
    comes: Any = pump._message_queue.ready_event
    # Nobody waits for the next message while one is being handled.
    return comes.is_set() or not comes._waiters
