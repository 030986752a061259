"""Why a network cannot go out or come in."""

from __future__ import annotations


class ExchangeError(ValueError):
    """A network cannot be exported or imported; the message says why, for whoever asked for it."""
