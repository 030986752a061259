"""The folders of a class machine: those that learners must not be able to write to, and their own."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from tutor.commands.class_machine.accounts import Account, named
from tutor.commands.findings.finding import Finding

STATE = "/var/lib/dl-tutor"
KEYS = "/etc/ssh/tutor_keys"
LAUNCHER = "/opt/dl-tutor/bin/dl-tutor-session"
_ROOT = 0


def examine(root: Path, learners: Sequence[Account], administrator: int = _ROOT) -> tuple[Finding, ...]:
    """The findings about the launcher, keys, homes and states; ``administrator`` is the expected owner."""
    return (
        _launcher(root, administrator),
        _keys(root, administrator),
        _homes(root, learners, administrator),
        _states(root, learners, administrator),
    )


def _launcher(root: Path, administrator: int) -> Finding:
    launcher = _at(root, LAUNCHER)
    python = launcher.parent / "python"
    missing = [path for path in (launcher, python) if not os.access(path, os.X_OK)]
    if missing:
        return Finding("launcher", f"{missing[0]} is missing or not executable",
                       "Run deploy/install.", needed=True)  # fmt: skip
    version = launcher.parent.parent.resolve()
    changeable = _changeable((launcher, launcher.parent, version, version.parent), administrator)
    if changeable:
        return Finding("launcher", str(launcher), _take_back(changeable), needed=True)
    return Finding("launcher", str(launcher))


def _keys(root: Path, administrator: int) -> Finding:
    folder = _at(root, KEYS)
    if not folder.is_dir():
        return Finding("keys", f"{folder} is not there", f"mkdir {KEYS}", needed=True)
    try:
        keys = sorted(folder.iterdir())
    except PermissionError:
        return _unseen("keys", folder)
    changeable = _changeable((folder, *keys), administrator)
    if changeable:
        return Finding("keys", str(folder), _take_back(changeable), needed=True)
    return Finding("keys", f"{len(keys)} in {folder}")


def _homes(root: Path, learners: Sequence[Account], administrator: int) -> Finding:
    """Check that learners cannot write files in their homes, since shells, ssh and Python read some."""
    changeable: list[Path] = []
    homes = {_at(root, learner.home) for learner in learners}
    for home in sorted(homes):
        if not home.is_dir():
            continue
        try:
            dotfiles = sorted(home.glob(".*"))
        except PermissionError:
            return _unseen("homes", home)
        changeable += _changeable((home, *dotfiles), administrator)
    if changeable:
        return Finding("homes", f"not root's alone: {named(map(str, changeable))}", "Learners need no home: "
                       f"usermod --home {STATE} NAME", needed=True)  # fmt: skip
    return Finding("homes", "no learner can write to one")


def _states(root: Path, learners: Sequence[Account], administrator: int) -> Finding:
    folder = _at(root, STATE)
    if not folder.is_dir():
        return Finding("state", f"{folder} is not there", "Run deploy/install.", needed=True)
    if changeable := _changeable((folder,), administrator):
        return Finding("state", str(folder), _take_back(changeable), needed=True)
    wrong = []
    for learner in learners:
        try:
            found = (folder / learner.name).lstat()
        except FileNotFoundError:
            wrong.append(f"{learner.name} has none")
            continue
        except PermissionError:
            return _unseen("state", folder)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != learner.uid:
            wrong.append(f"{learner.name}'s belongs to another")
        elif stat.S_IMODE(found.st_mode) & 0o077 or not found.st_mode & stat.S_IWUSR:
            wrong.append(f"{learner.name}'s has mode {stat.S_IMODE(found.st_mode):o}, not 700")
    if wrong:
        return Finding("state", named(wrong), "deploy/add-learner NAME corrects it.", needed=True)
    return Finding("state", f"{folder}, one for each learner")


def _changeable(paths: Iterable[Path], administrator: int) -> list[Path]:
    """The paths with another owner than the administrator, or writable for group or others."""
    found = []
    for path in paths:
        try:
            about = path.stat()
        except FileNotFoundError:
            continue
        if about.st_uid != administrator or about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            found.append(path)
    return found


def _take_back(changeable: Sequence[Path]) -> str:
    return f"Others may write to it: chown root:root {changeable[0]}; chmod go-w {changeable[0]}"


def _unseen(name: str, path: Path) -> Finding:
    return Finding(name, f"{path} cannot be read", "Run dl-tutor doctor --class as root.", needed=True)


def _at(root: Path, path: str) -> Path:
    return root / path.lstrip("/")
