"""What Textual remembers of widgets that are gone."""

from __future__ import annotations

from textual._styles_cache import StylesCache
from textual.app import App


def forget_what_is_gone(app: App[int]) -> None:
    """Empty Textual's caches that hold widgets for as long as their screen is there, or longer.

    One has what a thousand widgets painted last; each node has one of what was found in it, by how often it had changed
    then, and so never looks at the old ones again.
    """
    StylesCache.get_inner_outer.cache_clear()
    for node in (app, *app.screen_stack, *(n for screen in app.screen_stack for n in screen.walk_children())):
        node._query_one_cache.clear()
