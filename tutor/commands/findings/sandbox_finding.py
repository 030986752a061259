"""The level of ``--restricted`` that this machine's kernel supports."""

from __future__ import annotations

from tutor.commands.findings.finding import Finding
from tutor.sandbox.restriction import reachable_level


def examine_sandbox(needed: bool = False) -> Finding:
    """The finding on the level of a restricted session here; ``needed`` if it must be the full one."""
    level = reachable_level()
    advice = (
        "" if level.complete else "Linux 5.13 or newer, with Landlock and seccomp switched on, would refuse the rest."
    )
    return Finding("sandbox", f"with --restricted {level}", advice, needed=needed)
