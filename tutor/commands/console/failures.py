"""Report a failure: a sentence on standard error and an exit status."""

from __future__ import annotations

from tutor.commands.console.printing import tell
from tutor.datasets.errors import escaped


def refuse(reason: object) -> int:
    """Report invalid input; return exit status 2."""
    tell(f"dl-tutor: {escaped(str(reason))}")
    return 2


def did_not_hold(reason: object) -> int:
    """Report a failed check; return exit status 1."""
    tell(f"dl-tutor: {escaped(str(reason))}")
    return 1
