"""The learners' accounts, their login shells, and the files that PAM reads from their homes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor.commands.findings.finding import Finding

GROUP = "tutor"
# bash reads ~/.bashrc under sshd and zsh ~/.zshenv, both before the command that sshd forces; dash reads nothing.
_QUIET_SHELL = "/bin/sh"
_NAMED_AT_MOST = 5


@dataclass(frozen=True)
class Account:
    """A line of /etc/passwd, with ``home`` as written there."""

    name: str
    uid: int
    home: str
    shell: str


def learners(root: Path) -> tuple[Account, ...]:
    """The accounts in the learners' group, in the order of /etc/passwd; none if there is no such group."""
    group = next((row for row in _rows(root / "etc/group", 4) if row[0] == GROUP), None)
    if group is None:
        return ()
    members = set(group[3].split(","))
    return tuple(
        Account(name, int(uid), home, shell)
        for name, _, uid, gid, _, home, shell in _rows(root / "etc/passwd", 7)
        if uid.isdecimal() and (gid == group[2] or name in members)
    )


def examine(root: Path, accounts: Sequence[Account]) -> tuple[Finding, ...]:
    """The findings about shells and about PAM."""
    return (_shells(root, accounts), _pam(root))


def named(accounts: Iterable[str]) -> str:
    """The first names, and the number of others."""
    names = list(accounts)
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _shells(root: Path, accounts: Sequence[Account]) -> Finding:
    shell = root / _QUIET_SHELL.lstrip("/")
    real = shell.readlink().name if shell.is_symlink() else shell.name
    if real in ("bash", "zsh"):
        return Finding("login shells", f"{_QUIET_SHELL} is {real}", f"{real} runs a file of the learner's first. Make "
                       f"{_QUIET_SHELL} dash: dpkg-reconfigure dash", needed=True)  # fmt: skip
    others = [account for account in accounts if account.shell != _QUIET_SHELL]
    if others:
        found = f"not {_QUIET_SHELL}: {named(f'{a.name} ({a.shell})' for a in others)}"
        return Finding("login shells", found, f"A shell such as bash runs ~/.bashrc before dl-tutor: "
                       f"usermod --shell {_QUIET_SHELL} {others[0].name}", needed=True)  # fmt: skip
    return Finding("login shells", _QUIET_SHELL)


def _pam(root: Path) -> Finding:
    """Check for Debian's PAM setting that lets ~/.pam_environment set variables before dl-tutor starts."""
    reading = []
    for file in (root / "etc/pam.d/sshd", *sorted((root / "etc/pam.d").glob("common-*"))):
        lines = _lines(file)
        if any(re.match(r"[^#]*\bpam_env\.so\b[^#]*\buser_readenv=1\b", line) for line in lines):
            reading.append(file)
    if reading:
        return Finding("PAM", f"user_readenv=1 in {named(map(str, reading))}", "A file in the home can set variables: "
                       "write user_readenv=0 there.", needed=True)  # fmt: skip
    return Finding("PAM", "no learner's file sets variables")


def _rows(file: Path, columns: int) -> list[list[str]]:
    return [row for line in _lines(file) if len(row := line.split(":")) == columns]


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
