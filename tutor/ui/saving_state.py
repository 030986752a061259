"""The saving state in a word."""

from __future__ import annotations

from enum import StrEnum

from tutor.language.catalogue import N_


class Saving(StrEnum):
    """The saving state and its word."""

    UNKNOWN = ""
    DONE = N_("✓ saved")
    UNDER_WAY = N_("saving…")
    NOT = N_("NOT SAVED")
