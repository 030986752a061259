"""Whether the app has finished handling a key, so that the next key meets the resulting screen."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.message_pump import MessagePump


def is_idle(app: App[Any]) -> bool:
    """Whether no part of the app handles a message, has one in its queue, or waits for a repaint.

    A key travels from the focused widget up to the app before its binding acts, and its effects (a judged answer, a
    moved focus, an opened screen) take further messages, while a letter enters a field at once. So the second of two
    simultaneous keys would often take effect before the first.
    """
    if _is_at_work(app) or (app._screen_stack and app.screen._callbacks):
        return False
    return not any(_is_at_work(node) for node in app._registry)


def _is_at_work(pump: MessagePump) -> bool:
    if not pump.is_running:
        # A widget that is being mounted already has a task; a removed one no longer has.
        return pump._task is not None
    comes: Any = pump._message_queue.ready_event
    # While a message is being handled, nothing waits for the next one.
    return comes.is_set() or not comes._waiters
