"""Check sshd's effective settings for a learner's login (``sshd -T``)."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tutor.commands.class_machine.folders import KEYS, LAUNCHER
from tutor.commands.findings.finding import Finding

FRAGMENT = "/etc/ssh/sshd_config.d/dl-tutor.conf"
_GIVE_UP_SECONDS = 20
Settings = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Setting:
    """A keyword of sshd_config, a check of its values, and the line to write if it fails."""

    keyword: str
    holds: Callable[[tuple[str, ...]], bool]
    write: str


def _is(keyword: str, value: str) -> _Setting:
    return _Setting(keyword, lambda values: values == (value,), f"{keyword} {value}")


def _between(keyword: str, lowest: int, highest: int, write: int) -> _Setting:
    def holds(values: tuple[str, ...]) -> bool:
        return len(values) == 1 and values[0].isdecimal() and lowest <= int(values[0]) <= highest

    return _Setting(keyword, holds, f"{keyword} {write}")


SETTINGS = (
    _is("ForceCommand", LAUNCHER),
    _is("PermitTTY", "yes"),
    _is("DisableForwarding", "yes"),
    _is("X11Forwarding", "no"),
    _is("PermitTunnel", "no"),
    _is("PermitUserRC", "no"),
    _is("PermitUserEnvironment", "no"),
    _is("PermitEmptyPasswords", "no"),
    _is("AuthorizedKeysFile", f"{KEYS}/%u"),
    _Setting("AcceptEnv", lambda values: not values, ""),
    _between("MaxSessions", 1, 10, 2),
    _between("ClientAliveInterval", 1, 300, 30),
    _between("ClientAliveCountMax", 1, 10, 3),
)


def examine(learner: str | None) -> tuple[Finding, ...]:
    """The findings about sshd's settings for ``learner``."""
    if learner is None:
        return (Finding("sshd", "not asked", "It is asked about a learner, once there is one.", needed=True),)
    try:
        return judge(parse(effective(learner)))
    except SshdSilent as silent:
        return (Finding("sshd", silent.found, silent.advice, needed=True),)


class SshdSilent(Exception):
    """sshd did not print its settings: ``found`` is the reason, ``advice`` what to do."""

    def __init__(self, found: str, advice: str) -> None:
        super().__init__(f"{found}. {advice}")
        self.found, self.advice = found, advice


def effective(learner: str, *options: str) -> str:
    """The output of ``sshd -T`` for a login of ``learner``, with further ``options``.

    Raises ``SshdSilent``.
    """
    sshd = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
    if sshd is None:
        raise SshdSilent("not installed", "apt install openssh-server")
    command = [sshd, "-T", "-C", f"user={learner},host=localhost,addr=127.0.0.1", *options]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=_GIVE_UP_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SshdSilent(f"{sshd} does not answer ({error})", "Install openssh-server again.") from None
    if done.returncode == 0:
        return done.stdout
    said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
    if "hostkeys" in said or "Permission denied" in done.stderr:
        raise SshdSilent("only root may ask what is in force", "Run dl-tutor doctor --class as root.")
    raise SshdSilent(f"it refuses its configuration: {said}", "Correct that; sshd -t shows it too.")


def parse(text: str) -> Settings:
    """The values by keyword in lower case; a repeated keyword has all its values."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        keyword, _, value = line.strip().partition(" ")
        found[keyword.lower()] = (*found.get(keyword.lower(), ()), value.strip())
    return found


def judge(settings: Settings) -> tuple[Finding, ...]:
    """A finding for each important setting, and notes on simultaneous logins and idle timeouts."""
    return (
        *(_finding(wanted, settings.get(wanted.keyword.lower(), ())) for wanted in SETTINGS),
        _start_ups(settings),
        _idle(settings),
    )


def _finding(wanted: _Setting, values: tuple[str, ...]) -> Finding:
    name, found = f"sshd {wanted.keyword}", ", ".join(values) or "none"
    if wanted.holds(values):
        return Finding(name, found, needed=True)
    if wanted.keyword == "AcceptEnv":
        advice = "Clients set these variables: put a # before every AcceptEnv line in /etc/ssh/sshd_config."
    else:
        advice = f"For the group tutor it has to be: {wanted.write}. {FRAGMENT} says so, unless an earlier file says "\
                 "otherwise; then: systemctl reload ssh"  # fmt: skip
    return Finding(name, found, advice, needed=True)


def _start_ups(settings: Settings) -> Finding:
    """Check MaxStartups: a class logs in at once, and sshd refuses logins at random beyond its first number."""
    values = settings.get("maxstartups", ())
    found = ", ".join(values) or "unknown"
    first = re.match(r"\d+", found)
    enough = first is not None and int(first.group()) >= 50
    advice = f"Learners who log in at the same moment are turned away: write MaxStartups 100:30:200 in {FRAGMENT}"
    return Finding("sshd MaxStartups", found, "" if enough else advice)


def _idle(settings: Settings) -> Finding:
    found = ", ".join(settings.get("channeltimeout", ())) or "none"
    ends = re.search(r"\bsession(:\S*)?=\d", found) is not None
    advice = f"Windows that nobody looks at stay open: write ChannelTimeout session:*=2h at the top of {FRAGMENT}"
    return Finding("sshd ChannelTimeout", found, "" if ends else advice)
