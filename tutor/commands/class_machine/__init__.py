"""``dl-tutor doctor --class``: check that this machine is set up as docs/class-machine.md describes."""

from __future__ import annotations

from pathlib import Path

from tutor.commands.class_machine import accounts, folders, limits, sshd_settings, warm_start
from tutor.commands.findings.finding import Finding
from tutor.commands.findings.sandbox_finding import examine_sandbox

DOCUMENT = "docs/class-machine.md"


def examine_class(root: Path = Path("/")) -> tuple[Finding, ...]:
    """All findings about the class machine whose files are below ``root``; changes nothing."""
    learners = accounts.learners(root)
    return (
        _learners(learners),
        *sshd_settings.examine(learners[0].name if learners else None),
        *accounts.examine(root, learners),
        *folders.examine(root, learners),
        examine_sandbox(needed=True),
        *limits.examine(root, learners),
        warm_start.examine(root),
    )


def _learners(learners: tuple[accounts.Account, ...]) -> Finding:
    if not learners:
        return Finding("learners", "none", f"Nobody is in the group {accounts.GROUP}. Add one with deploy/add-learner; "
                       f"{DOCUMENT} tells how.", needed=True)  # fmt: skip
    count = f"{len(learners)} in the group {accounts.GROUP}"
    return Finding("learners", count)
