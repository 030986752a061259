"""What went wrong, as a sentence on standard error and an exit status."""

from __future__ import annotations

import sys


def refuse(reason: object) -> int:
    """Say what was wrong with what was given; exit status 2."""
    print(f"dl-tutor: {reason}", file=sys.stderr)
    return 2


def did_not_hold(reason: object) -> int:
    """Say what did not hold; exit status 1."""
    print(f"dl-tutor: {reason}", file=sys.stderr)
    return 1
