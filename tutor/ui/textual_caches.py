"""Clear the caches of Textual and Rich, and the timers of the event loop, for closed screens."""

from __future__ import annotations

import asyncio
import contextvars

from rich.cells import cached_cell_len
from textual._styles_cache import StylesCache
from textual.app import App
from textual.filter import ANSIToTruecolor
from textual.geometry import Region
from textual.strip import Strip

# The last frames of a thousand widgets, and results for thousands of texts, styles and regions that are cheap to redo.
_CACHES = (
    StylesCache.get_inner_outer,
    cached_cell_len,
    ANSIToTruecolor.truecolor_style,
    Strip.render_ansi,
    *(method for method in vars(Region).values() if hasattr(method, "cache_clear")),
)


def forget_what_is_gone(app: App[int]) -> None:
    """Empty the caches that keep painted content for the lifetime of the program or of a screen.

    One belongs to each node: its query results by revision, of which the old ones are not used again.
    """
    for cache in _CACHES:
        cache.cache_clear()
    for node in (app, *app.screen_stack, *(n for screen in app.screen_stack for n in screen.walk_children())):
        node._query_one_cache.clear()
    _forget_who_stopped_timers()


def _forget_who_stopped_timers() -> None:
    """Give the stopped timers an empty context; it may be seconds until asyncio drops them.

    It keeps them until the moment they were set to, each with the context it was set in, which names the screen.
    """
    for timer in getattr(asyncio.get_running_loop(), "_scheduled", ()):
        if timer.cancelled():
            timer._context = contextvars.Context()
