"""Telling a fault from a step too late: what was still under way on a screen that the learner has left."""

from __future__ import annotations

from textual.app import App
from textual.css.query import NoMatches
from textual.dom import DOMNode, NoScreen
from textual.screen import Screen
from textual.widget import MountError
from textual.worker import WorkerFailed


def left_meanwhile(app: App[int], error: Exception) -> bool:
    """Whether ``error`` says no more than that a widget is gone together with the screen that it stood on.

    Textual takes a screen down bottom up while its messages, callbacks and workers still come, some of them in the task
    of the screen below; they find no widgets then, no screen, and no place for new ones.
    """
    if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
        error = error.error
    if not isinstance(error, NoMatches | NoScreen | MountError):
        return False
    if app._exit:
        # A screen that opens while the app is left gets no widgets any more.
        return True
    node = _searched(error)
    if node is None or node is app:
        return False
    around = [part for part in node.ancestors_with_self if part is not app]
    if any(part._pruning or part._closing or part._closed for part in around):
        return True
    return not any(isinstance(part, Screen) and part in app.screen_stack for part in around)


def _searched(error: Exception) -> DOMNode | None:
    """The node that lacks it: the error has it in its text alone, the call that raised it as ``self``."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    searched = None if last is None else last.tb_frame.f_locals.get("self")
    return searched if isinstance(searched, DOMNode) else None
