"""How far the kernel of this machine goes along with ``--restricted``."""

from __future__ import annotations

from tutor.commands.finding import Finding
from tutor.sandbox.restriction import reachable_level


def examine_sandbox(needed: bool = False) -> Finding:
    """The level that a restricted session reaches here; ``needed`` where it has to be the whole one."""
    level = reachable_level()
    advice = (
        "" if level.complete else "Linux 5.13 or newer, with Landlock and seccomp switched on, would refuse the rest."
    )
    return Finding("sandbox", f"with --restricted {level}", advice, needed=needed)
