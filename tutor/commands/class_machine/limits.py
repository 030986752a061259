"""The resource limits of each learner, and the number of learners that the machine can serve."""

from __future__ import annotations

import re
import stat
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tutor.commands.class_machine.accounts import Account
from tutor.commands.findings.finding import Finding

DROP_IN = "/etc/systemd/system/user-.slice.d/50-dl-tutor.conf"
# Measured: an idle session, and the training process that each learner may have in addition.
SESSION_MEGABYTES = 60
TRAINING_MEGABYTES = 60
TENSORFLOW_MEGABYTES = 600
SLOTS = "/run/dl-tutor/slots"
# Reserved for the system itself.
SYSTEM_MEGABYTES = 512
TMPFILES = "/etc/tmpfiles.d/dl-tutor.conf"
_PROPERTIES = ("MemoryHigh", "MemoryMax", "TasksMax", "CPUQuotaPerSecUSec", "CPUWeight")
_UNLIMITED = ("", "infinity", "[not set]", "18446744073709551615")
_GIVE_UP_SECONDS = 20


def examine(root: Path, learners: Sequence[Account]) -> tuple[Finding, ...]:
    """The findings about systemd's limits and about memory."""
    slots = _slot_files(root)
    return (_slice(root, learners), _slots(slots), _memory(root, len(learners), len(slots)))


def _slice(root: Path, learners: Sequence[Account]) -> Finding:
    if not (root / "run/systemd/system").is_dir():
        return Finding(
            "limits", "systemd does not run here", "Nothing keeps one learner from taking the whole machine."
        )
    if not learners:
        return Finding("limits", "not asked", "systemd is asked about a learner, once there is one.")
    command = ["systemctl", "show", f"user-{learners[0].uid}.slice", f"--property={','.join(_PROPERTIES)}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_GIVE_UP_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return Finding("limits", f"systemctl does not answer ({error})", "Ask it yourself: " + " ".join(command))
    return judge_slice(done.stdout)


def judge_slice(text: str) -> Finding:
    """The finding from the output of ``systemctl show`` for a learner's slice, as ``Property=value`` lines."""
    said = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    missing = [name for name in _PROPERTIES if said.get(name, "") in _UNLIMITED]
    found = ", ".join(f"{name} {_readable(name, said)}" for name in _PROPERTIES)
    advice = f"No limit: {', '.join(missing)}. {DROP_IN} sets them; then: systemctl daemon-reload" if missing else ""
    return Finding("limits", found, advice, needed=True)


def _readable(name: str, said: Mapping[str, str]) -> str:
    value = said.get(name, "unknown")
    if name.startswith("Memory") and value.isdecimal() and value not in _UNLIMITED:
        return f"{int(value) / 2**20:.0f} MB"
    return value


def _slot_files(root: Path) -> list[Path]:
    try:
        return sorted((root / SLOTS.lstrip("/")).iterdir())
    except OSError:
        return []


def _slots(files: Sequence[Path]) -> Finding:
    """The limit of simultaneous TensorFlow processes; a learner who could write to its folder could take them all."""
    if not files:
        return Finding("TensorFlow slots", f"none in {SLOTS}", "A turn at TensorFlow never comes. "
                       f"systemd-tmpfiles --create {TMPFILES}", needed=True)  # fmt: skip
    writable = [file for file in (files[0].parent, *files) if file.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)]
    if writable:
        return Finding(
            "TensorFlow slots", f"others may write to {writable[0]}", f"chmod go-w {writable[0]}", needed=True
        )
    return Finding("TensorFlow slots", f"{len(files)} in {SLOTS}")


def _memory(root: Path, learners: int, slots: int) -> Finding:
    """The number of training sessions for which the memory suffices, with TensorFlow in every slot."""
    try:
        text = (root / "proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return Finding("memory", "unknown")
    total = re.search(r"^MemTotal: *(\d+) kB", text, re.MULTILINE)
    if total is None:
        return Finding("memory", "unknown")
    megabytes = int(total.group(1)) // 1024
    left = max(0, megabytes - SYSTEM_MEGABYTES - slots * TENSORFLOW_MEGABYTES)
    trains = left // (SESSION_MEGABYTES + TRAINING_MEGABYTES)
    found = f"{megabytes} MB: {trains} learners at once, each of whom trains"
    advice = "" if learners <= trains else f"There are {learners}. When more of them come at once, it swaps and slows."
    return Finding("memory", found, advice)
