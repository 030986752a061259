"""Tell real errors from those of pending work on a screen that has been closed."""

from __future__ import annotations

from textual.app import App
from textual.css.query import NoMatches
from textual.dom import DOMNode, NoScreen
from textual.screen import Screen
from textual.widget import MountError
from textual.worker import WorkerFailed


def is_closed_screen_error(app: App[int], error: Exception) -> bool:
    """Whether ``error`` only means that a widget is gone because its screen was closed.

    Textual removes a screen bottom up while its messages, callbacks and workers still run, some in the task of the
    screen below; they then find no widgets and no screen, and cannot mount new ones.
    """
    if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
        error = error.error
    if not isinstance(error, NoMatches | NoScreen | MountError):
        return False
    if app._exit:
        # A screen that opens while the app exits gets no widgets.
        return True
    node = _searched(error)
    if node is None or node is app:
        return False
    around = [part for part in node.ancestors_with_self if part is not app]
    if any(part._pruning or part._closing or part._closed for part in around):
        return True
    return not any(isinstance(part, Screen) and part in app.screen_stack for part in around)


def _searched(error: Exception) -> DOMNode | None:
    """The node that was searched: the error has it only in its text, but it is ``self`` of the raising call."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    searched = None if last is None else last.tb_frame.f_locals.get("self")
    return searched if isinstance(searched, DOMNode) else None
