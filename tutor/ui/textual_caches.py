"""What Textual and Rich remember of screens that are gone."""

from __future__ import annotations

from rich.cells import cached_cell_len
from textual._styles_cache import StylesCache
from textual.app import App
from textual.filter import ANSIToTruecolor
from textual.geometry import Region
from textual.strip import Strip

# What a thousand widgets painted last; and what is quickly worked out again, for thousands of texts, styles and places.
_CACHES = (
    StylesCache.get_inner_outer,
    cached_cell_len,
    ANSIToTruecolor.truecolor_style,
    Strip.render_ansi,
    *(method for method in vars(Region).values() if hasattr(method, "cache_clear")),
)


def forget_what_is_gone(app: App[int]) -> None:
    """Empty the caches that hold on to what was painted for as long as the program runs, or a screen is there.

    One is each node's own: what was found in it, by how often it had changed then, and so the old is not looked at
    again.
    """
    for cache in _CACHES:
        cache.cache_clear()
    for node in (app, *app.screen_stack, *(n for screen in app.screen_stack for n in screen.walk_children())):
        node._query_one_cache.clear()
