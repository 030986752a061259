"""How saving goes, in a word."""

from __future__ import annotations

from enum import StrEnum


class Saving(StrEnum):
    """How saving goes: the word for it."""

    UNKNOWN = ""
    DONE = "✓ saved"
    UNDER_WAY = "saving…"
    NOT = "NOT SAVED"
