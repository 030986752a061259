"""Errors of export and import."""

from __future__ import annotations


class ExchangeError(ValueError):
    """A network cannot be exported or imported; the message says why."""
