"""What went wrong, as a sentence on standard error and an exit status."""

from __future__ import annotations

from tutor.commands.console.printing import tell
from tutor.datasets.errors import escaped


def refuse(reason: object) -> int:
    """Say what was wrong with what was given; exit status 2."""
    tell(f"dl-tutor: {escaped(str(reason))}")
    return 2


def did_not_hold(reason: object) -> int:
    """Say what did not hold; exit status 1."""
    tell(f"dl-tutor: {escaped(str(reason))}")
    return 1
