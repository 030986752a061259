"""A short progress bar of signs that is readable without colour."""

from __future__ import annotations


def progress_bar(done: int, of: int, longest: int) -> str:
    """``▰▰▱▱``: one sign per step, or ``longest`` signs in proportion if there are more steps.

    Once begun it shows at least one full sign, and only when complete all of them.
    """
    length = min(of, longest)
    if length <= 0:
        return ""
    filled = done * length // of
    if 0 < done < of:
        filled = min(max(filled, 1), length - 1) if length > 1 else 0
    return "▰" * filled + "▱" * (length - filled)
