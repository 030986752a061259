"""The saving state in a word."""

from __future__ import annotations

from enum import StrEnum


class Saving(StrEnum):
    """The saving state and its word."""

    UNKNOWN = ""
    DONE = "✓ saved"
    UNDER_WAY = "saving…"
    NOT = "NOT SAVED"
