"""How far something is, as a short bar of signs that reads without colour."""

from __future__ import annotations


def progress_bar(done: int, of: int, longest: int) -> str:
    """``▰▰▱▱``: one sign a step, or ``longest`` signs in proportion where there are more steps than that.

    What has begun shows at least one full sign, and only what is complete shows all.
    """
    length = min(of, longest)
    if length <= 0:
        return ""
    filled = done * length // of
    if 0 < done < of:
        filled = min(max(filled, 1), length - 1) if length > 1 else 0
    return "▰" * filled + "▱" * (length - filled)
