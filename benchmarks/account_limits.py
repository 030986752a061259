"""The processor limits of a class machine's accounts, set by hand: systemd sets them only where it runs.

What ``deploy`` says of a ``user-.slice`` is done here with control groups (version 2, or 1), by PAM when a learner logs
in, as systemd does it. The limits on memory and processes are left out.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.ssh_class import DEPLOY

_FRAGMENT = DEPLOY / "systemd" / "user-.slice.d" / "50-dl-tutor.conf"
_GROUPS = Path("/sys/fs/cgroup")
_PERIOD_MICROSECONDS = 100_000
_USUAL_WEIGHT, _GREATEST_WEIGHT = 100, 10_000
_GONE_SECONDS = 10.0


@dataclass(frozen=True)
class AccountLimits:
    """A control group in which each account has its own. ``version`` is that of the control groups.

    It weighs more than all else on this machine, for a class machine does nothing else; and in it the clients, which
    are elsewhere in truth, weigh more than all accounts together.
    """

    folder: Path
    version: int

    @property
    def accounts(self) -> Path:
        """The group of the accounts' groups, as systemd has ``user.slice``."""
        return self.folder / "user.slice"

    @property
    def clients(self) -> Path:
        """The group of the clients, and of the process that measures."""
        return self.folder / "clients"

    def count(self) -> int:
        """How many accounts have logged in under these limits."""
        return len(list(self.accounts.glob("user-*")))

    def shell_commands(self) -> str:
        """What root does on the class machine so that each login goes into its account's group."""
        script = "/run/kept/into-slice"
        lines = [
            "#!/bin/sh",
            '[ "$PAM_TYPE" = open_session ] || exit 0',
            f'group={self.accounts}/user-"$PAM_USER".slice',
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
        """Make the groups, and put this process among the clients. Raises ``OSError`` where it may not."""
        weights = {
            self.folder: _GREATEST_WEIGHT,
            self.accounts: _USUAL_WEIGHT,
            self.clients: _GREATEST_WEIGHT,
        }
        for group, weight in weights.items():
            if self.version == 2:
                (group.parent / "cgroup.subtree_control").write_text("+cpu")
            group.mkdir()
            for name, value in self._settings(weight, None):
                (group / name).write_text(value)
        if self.version == 2:
            (self.accounts / "cgroup.subtree_control").write_text("+cpu")
        (self.clients / "cgroup.procs").write_text(str(os.getpid()))

    def remove(self) -> None:
        """Remove what there is of the groups, when the processes in them have been killed and are about to be gone."""
        end = time.monotonic() + _GONE_SECONDS
        for group in (*self.accounts.glob("user-*"), self.accounts, self.clients, self.folder):
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
    """Limits for the class machine that is made meanwhile; None where this process may not make control groups."""
    name = f"dl-tutor-benchmark-{os.getpid()}"
    for parent, version, sign in ((_GROUPS, 2, "cgroup.subtree_control"), (_GROUPS / "cpu", 1, "cpu.shares")):
        limits = AccountLimits(parent / name, version)
        before = parent / _own_group(version).lstrip("/")
        with suppress(OSError):
            if (parent / sign).exists():
                try:
                    limits.make()
                except OSError:
                    limits.remove()
                    raise
                break
    else:
        yield None
        return
    try:
        yield limits
    finally:
        (before / "cgroup.procs").write_text(str(os.getpid()))
        limits.remove()


def _own_group(version: int) -> str:
    """The control group of this process, as it counts for the processor."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        number, controllers, group = line.split(":", 2)
        if (number == "0") if version == 2 else ("cpu" in controllers.split(",")):
            return group
    return "/"


def _weight_and_quota() -> tuple[int, float | None]:
    """``CPUWeight`` and ``CPUQuota`` of the fragment; the quota in cores."""
    said = dict(line.split("=", 1) for line in _FRAGMENT.read_text().splitlines() if "=" in line and line[0] != "#")
    quota = said.get("CPUQuota", "")
    return int(said.get("CPUWeight", "100")), float(quota.rstrip("%")) / 100 if quota else None
