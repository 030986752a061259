"""The processor limits of a class machine's accounts, set directly, because systemd may not run here.

As systemd does for ``deploy``'s ``user-.slice``, PAM sets the limits with control groups (version 2, or 1) when a
learner logs in. The limits on memory and processes are left out.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.ssh_class import DEPLOY

_FRAGMENT = DEPLOY / "systemd" / "user-.slice.d" / "50-dl-tutor.conf"
_GROUPS = Path("/sys/fs/cgroup")
_PERIOD_MICROSECONDS = 100_000
_GONE_SECONDS = 10.0


@dataclass(frozen=True)
class AccountLimits:
    """A control group that contains one for each account, like systemd's ``user.slice``; both have ``version``.

    It has the default weight. With a higher one, which would keep other work out, the kernel's own threads, which carry
    each key from the line to the terminal, would wait for heavy accounts in it.
    """

    folder: Path
    version: int

    def count(self) -> int:
        """How many accounts have logged in under these limits."""
        return len(list(self.folder.glob("user-*")))

    def shell_commands(self) -> str:
        """The commands for root that put each login on the class machine into its account's group."""
        script = "/run/kept/into-slice"
        lines = [
            "#!/bin/sh",
            '[ "$PAM_TYPE" = open_session ] || exit 0',
            f'group={self.folder}/user-"$PAM_USER".slice',
            'mkdir -p "$group"',
            *(f'echo "{value}" > "$group/{name}"' for name, value in self._settings(*_weight_and_quota())),
            # Of sshd's, which opens the session before it starts anything of the learner's.
            'echo "$PPID" > "$group/cgroup.procs"',
        ]
        return "\n".join(
            [
                f"cat > {script} <<'END'",
                *lines,
                "END",
                f"chmod 755 {script}; echo 'session required pam_exec.so {script}' >> /etc/pam.d/sshd",
            ]
        )

    def make(self) -> None:
        """Create the group. Raises ``OSError`` without the permission."""
        if self.version == 2:
            (self.folder.parent / "cgroup.subtree_control").write_text("+cpu")
        self.folder.mkdir()
        if self.version == 2:
            (self.folder / "cgroup.subtree_control").write_text("+cpu")

    def remove(self) -> None:
        """Remove the groups, once the processes in them have been killed and are about to be gone."""
        end = time.monotonic() + _GONE_SECONDS
        for group in (*self.folder.glob("user-*"), self.folder):
            while group.is_dir():
                try:
                    group.rmdir()
                except OSError:
                    if time.monotonic() > end:
                        raise
                    time.sleep(0.05)

    def _settings(self, weight: int, quota: float | None) -> list[tuple[str, str]]:
        allowed = None if quota is None else round(quota * _PERIOD_MICROSECONDS)
        if self.version == 2:
            most = "max" if allowed is None else str(allowed)
            return [("cpu.weight", str(weight)), ("cpu.max", f"{most} {_PERIOD_MICROSECONDS}")]
        most = "-1" if allowed is None else str(allowed)
        return [("cpu.shares", str(weight * 1024 // 100)), ("cpu.cfs_quota_us", most)]


@contextmanager
def account_limits() -> Iterator[AccountLimits | None]:
    """Limits for the class machine made within the block; None if this process may not create control groups."""
    limits = _made()
    try:
        yield limits
    finally:
        if limits is not None:
            limits.remove()


def _made() -> AccountLimits | None:
    name = f"dl-tutor-benchmark-{os.getpid()}"
    for parent, version, sign in ((_GROUPS, 2, "cgroup.subtree_control"), (_GROUPS / "cpu", 1, "cpu.shares")):
        limits = AccountLimits(parent / name, version)
        if (parent / sign).exists():
            try:
                limits.make()
                return limits
            except OSError:
                limits.remove()
    return None


def _weight_and_quota() -> tuple[int, float | None]:
    """``CPUWeight`` and ``CPUQuota`` of the fragment; the quota in cores."""
    said = dict(line.split("=", 1) for line in _FRAGMENT.read_text().splitlines() if "=" in line and line[0] != "#")
    quota = said.get("CPUQuota", "")
    return int(said.get("CPUWeight", "100")), float(quota.rstrip("%")) / 100 if quota else None
