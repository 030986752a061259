"""``dl-tutor doctor --class``: a machine that is right, and each thing that may be wrong with it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tutor.commands.class_machine import accounts, examine_class, folders, limits, sshd_settings
from tutor.commands.class_machine.accounts import Account
from tutor.commands.findings.finding import Finding

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
OWNER = os.getuid()
SOUND = """\
port 22
maxstartups 100:30:200
channeltimeout session:*=2h
forcecommand /opt/dl-tutor/bin/dl-tutor-session
permittty yes
disableforwarding yes
x11forwarding no
permittunnel no
permituserrc no
permituserenvironment no
permitemptypasswords no
authorizedkeysfile /etc/ssh/tutor_keys/%u
maxsessions 2
clientaliveinterval 30
clientalivecountmax 3
subsystem sftp /usr/lib/openssh/sftp-server
"""


def broken(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.name for finding in findings if finding.broken]


# sshd


def judged(text: str) -> tuple[Finding, ...]:
    return sshd_settings.judge(sshd_settings.parse(text))


def test_settings_that_are_in_force() -> None:
    findings = judged(SOUND)
    assert broken(findings) == []
    assert not any(finding.advice for finding in findings)


@pytest.mark.parametrize(
    ("was", "becomes", "name"),
    [
        ("forcecommand /opt/dl-tutor/bin/dl-tutor-session", "forcecommand none", "ForceCommand"),
        ("forcecommand /opt/dl-tutor/bin/dl-tutor-session", "forcecommand /bin/sh", "ForceCommand"),
        ("permittty yes", "permittty no", "PermitTTY"),
        ("disableforwarding yes", "disableforwarding no", "DisableForwarding"),
        ("x11forwarding no", "x11forwarding yes", "X11Forwarding"),
        ("permittunnel no", "permittunnel ethernet", "PermitTunnel"),
        ("permituserrc no", "permituserrc yes", "PermitUserRC"),
        ("permituserenvironment no", "permituserenvironment LANG,LC_*", "PermitUserEnvironment"),
        ("permitemptypasswords no", "permitemptypasswords yes", "PermitEmptyPasswords"),
        ("/etc/ssh/tutor_keys/%u", ".ssh/authorized_keys .ssh/authorized_keys2", "AuthorizedKeysFile"),
        ("/etc/ssh/tutor_keys/%u", "/etc/ssh/tutor_keys/%u .ssh/authorized_keys", "AuthorizedKeysFile"),
        ("maxsessions 2", "maxsessions 2\nacceptenv LANG", "AcceptEnv"),
        ("maxsessions 2", "maxsessions 0", "MaxSessions"),
        ("clientaliveinterval 30", "clientaliveinterval 0", "ClientAliveInterval"),
        ("clientalivecountmax 3", "clientalivecountmax 0", "ClientAliveCountMax"),
        ("permituserrc no\n", "", "PermitUserRC"),
    ],
)
def test_a_setting_that_is_not(was: str, becomes: str, name: str) -> None:
    assert was in SOUND
    findings = judged(SOUND.replace(was, becomes))
    assert broken(findings) == [f"sshd {name}"]
    (finding,) = (f for f in findings if f.broken)
    assert name in finding.advice


def test_a_setting_given_several_times_is_shown_whole() -> None:
    findings = judged(SOUND + "acceptenv LANG\nacceptenv LC_*\n")
    (finding,) = (f for f in findings if f.broken)
    assert finding.found == "LANG, LC_*"


@pytest.mark.parametrize(
    ("was", "becomes", "name"),
    [
        ("100:30:200", "10:30:100", "MaxStartups"),
        ("maxstartups 100:30:200\n", "", "MaxStartups"),
        ("session:*=2h", "none", "ChannelTimeout"),
        ("session:*=2h", "x11-connection=2h", "ChannelTimeout"),
    ],
)
def test_a_class_that_is_turned_away_or_never_leaves_is_a_note(was: str, becomes: str, name: str) -> None:
    assert was in SOUND
    (finding,) = (f for f in judged(SOUND.replace(was, becomes)) if f.advice)
    assert (finding.name, finding.broken) == (f"sshd {name}", False)


needs_sshd = pytest.mark.skipif(
    shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin") is None or shutil.which("ssh-keygen") is None,
    reason="OpenSSH's server is not installed",
)


@needs_sshd
def test_what_ships_is_what_is_asked_for(tmp_path: Path) -> None:
    """The real sshd reads the fragment, for a login that its Match is about and for one that it is not."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "host_key")], check=True)
    config = tmp_path / "sshd_config"
    fragment = (DEPLOY / "sshd_config.d/dl-tutor.conf").read_text().replace("Match Group tutor", "Match User ada")
    # As Debian's: with the fragment first, forwarding of X11 on, and sftp.
    config.write_text(fragment)
    debian = tmp_path / "debian"
    debian.write_text(
        f"Include {config}\nHostKey {tmp_path}/host_key\nX11Forwarding yes\nSubsystem sftp internal-sftp\n"
    )
    privilege = [] if os.geteuid() or Path("/run/sshd").is_dir() else ["unshare", "--mount"]
    ours = effective("ada", debian, privilege)
    assert not any(finding.advice for finding in judged(ours)), judged(ours)
    others = broken(judged(effective("bob", debian, privilege)))
    assert {"sshd ForceCommand", "sshd DisableForwarding", "sshd X11Forwarding"} <= set(others)
    debian.write_text(debian.read_text() + "AcceptEnv LANG LC_*\n")
    assert broken(judged(effective("ada", debian, privilege))) == ["sshd AcceptEnv"]


def effective(learner: str, config: Path, privilege: list[str]) -> str:
    if not privilege:
        return sshd_settings.effective(learner, "-f", str(config))
    # As root sshd wants a folder in /run, which only a service that was started has made.
    sshd = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin")
    script = 'mount -t tmpfs none /run && mkdir /run/sshd && exec "$@"'
    asked = [str(sshd), "-T", "-C", f"user={learner},host=h,addr=127.0.0.1", "-f", str(config)]
    done = subprocess.run([*privilege, "sh", "-c", script, "sh", *asked], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_sshd
def test_an_sshd_that_refuses_its_configuration(tmp_path: Path) -> None:
    config = tmp_path / "sshd_config"
    config.write_text("NoSuchKeyword yes\n")
    with pytest.raises(sshd_settings.SshdSilent) as silent:
        sshd_settings.effective("ada", "-f", str(config))
    assert silent.value.found
    assert silent.value.advice


def test_without_an_sshd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    (finding,) = sshd_settings.examine("ada")
    assert (finding.found, finding.advice, finding.broken) == ("not installed", "apt install openssh-server", True)


# Accounts and folders, of a machine of files below a folder


def machine(root: Path) -> tuple[Account, ...]:
    """A machine as deploy/install and deploy/add-learner leave it, owned by whoever runs this."""
    for name, text in {
        "etc/group": "root:x:0:\ntutor:x:2000:carl\nothers:x:2001:\n",
        "etc/passwd": (
            f"root:x:0:0:root:/root:/bin/bash\nada:x:{OWNER}:2000::/var/lib/dl-tutor:/bin/sh\n"
            f"bob:x:3000:2001::/home/bob:/bin/bash\ncarl:x:{OWNER}:2001::/var/lib/dl-tutor:/bin/sh\n"
        ),
        "etc/pam.d/sshd": "session required pam_env.so user_readenv=0 envfile=/etc/default/locale\n# user_readenv=1\n",
        "etc/ssh/tutor_keys/ada": "ssh-ed25519 AAAA\n",
        "opt/dl-tutor/bin/dl-tutor-session": "#!/bin/sh\n",
        "opt/dl-tutor/bin/python": "",
        "proc/meminfo": "MemTotal:        4194304 kB\n",
        "run/dl-tutor/slots/1": "",
    }.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
    for name in ("ada", "carl"):
        (root / "var/lib/dl-tutor" / name).mkdir(parents=True)
        (root / "var/lib/dl-tutor" / name).chmod(0o700)
    (root / "bin").mkdir()
    (root / "bin/sh").symlink_to("dash")
    return accounts.learners(root)


def found_wrong(root: Path) -> list[str]:
    learners = accounts.learners(root)
    return broken((*accounts.examine(root, learners), *folders.examine(root, learners, OWNER)))


def test_a_machine_that_is_right(tmp_path: Path) -> None:
    assert [learner.name for learner in machine(tmp_path)] == ["ada", "carl"]
    assert found_wrong(tmp_path) == []


def in_passwd(was: str, becomes: str) -> Callable[[Path], None]:
    def spoil(root: Path) -> None:
        file = root / "etc/passwd"
        assert was in file.read_text()
        file.write_text(file.read_text().replace(was, becomes))

    return spoil


def bash_for_sh(root: Path) -> None:
    (root / "bin/sh").unlink()
    (root / "bin/sh").symlink_to("bash")


def a_dotfile(root: Path) -> None:
    in_passwd("/var/lib/dl-tutor:/bin/sh\nbob", "/home/ada:/bin/sh\nbob")(root)
    (root / "home/ada").mkdir(parents=True)
    (root / "home/ada").chmod(0o755)
    (root / "home/ada/.profile").touch()
    (root / "home/ada/.profile").chmod(0o666)


def pam_reads_a_home(root: Path) -> None:
    (root / "etc/pam.d/common-session").write_text("session optional pam_env.so user_readenv=1\n")


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (in_passwd(":/bin/sh\nbob", ":/bin/bash\nbob"), "login shells"),
        (bash_for_sh, "login shells"),
        (pam_reads_a_home, "PAM"),
        (lambda root: (root / "opt/dl-tutor/bin/dl-tutor-session").unlink(), "launcher"),
        (lambda root: (root / "opt/dl-tutor/bin/dl-tutor-session").chmod(0o777), "launcher"),
        (lambda root: (root / "opt/dl-tutor/bin/dl-tutor-session").chmod(0o644), "launcher"),
        (lambda root: (root / "opt/dl-tutor").chmod(0o777), "launcher"),
        (lambda root: (root / "opt").chmod(0o777), "launcher"),
        (lambda root: (root / "etc/ssh/tutor_keys").chmod(0o777), "keys"),
        (lambda root: (root / "etc/ssh/tutor_keys/ada").chmod(0o664), "keys"),
        (lambda root: shutil.rmtree(root / "etc/ssh/tutor_keys"), "keys"),
        (lambda root: (root / "var/lib/dl-tutor/ada").chmod(0o750), "state"),
        (lambda root: (root / "var/lib/dl-tutor/ada").rmdir(), "state"),
        (in_passwd(f"ada:x:{OWNER}", "ada:x:4000"), "state"),
        (lambda root: shutil.rmtree(root / "var/lib/dl-tutor"), "state"),
        (a_dotfile, "homes"),
    ],
)  # fmt: skip
def test_one_thing_that_is_wrong(tmp_path: Path, spoil: Callable[[Path], object], name: str) -> None:
    machine(tmp_path)
    spoil(tmp_path)
    assert found_wrong(tmp_path) == [name]


def test_a_home_that_all_may_write_to_is_both(tmp_path: Path) -> None:
    machine(tmp_path)
    (tmp_path / "var/lib/dl-tutor").chmod(0o777)
    assert found_wrong(tmp_path) == ["homes", "state"]


def test_who_owns_a_folder_counts(tmp_path: Path) -> None:
    """Every file here is of whoever runs this: for another administrator all of them are somebody else's."""
    learners = machine(tmp_path)
    assert broken(folders.examine(tmp_path, learners, OWNER + 1)) == ["launcher", "keys", "homes", "state"]


# Limits

SLICE = "MemoryHigh=1073741824\nMemoryMax=1342177280\nTasksMax=64\nCPUQuotaPerSecUSec=1s\nCPUWeight=100\n"


def test_limits_that_are_set() -> None:
    finding = limits.judge_slice(SLICE)
    assert not finding.advice
    assert "MemoryMax 1280 MB" in finding.found


@pytest.mark.parametrize(
    ("was", "becomes", "name"),
    [
        ("MemoryMax=1342177280", "MemoryMax=infinity", "MemoryMax"),
        ("TasksMax=64", "TasksMax=18446744073709551615", "TasksMax"),
        ("CPUQuotaPerSecUSec=1s", "CPUQuotaPerSecUSec=infinity", "CPUQuotaPerSecUSec"),
        ("CPUWeight=100", "CPUWeight=[not set]", "CPUWeight"),
        ("MemoryHigh=1073741824\n", "", "MemoryHigh"),
    ],
)
def test_a_limit_that_is_not(was: str, becomes: str, name: str) -> None:
    finding = limits.judge_slice(SLICE.replace(was, becomes))
    assert finding.broken
    assert f"No limit: {name}." in finding.advice


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_limits_that_ship(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY / "systemd", tmp_path, dirs_exist_ok=True)
    done = subprocess.run(
        ["systemd-analyze", "verify", "user-1001.slice"], capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:/usr/lib/systemd/system:/lib/systemd/system"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_the_limits_that_ship_are_those_that_are_looked_for() -> None:
    text = (DEPLOY / "systemd/user-.slice.d/50-dl-tutor.conf").read_text()
    set_there = {line.split("=")[0] for line in text.splitlines() if "=" in line and not line.startswith("#")}
    assert {"MemoryHigh", "MemoryMax", "TasksMax", "CPUQuota", "CPUWeight"} <= set_there


def test_the_memory_says_for_how_many_it_is(tmp_path: Path) -> None:
    learners = machine(tmp_path)
    few = {finding.name: finding for finding in limits.examine(tmp_path, learners)}
    # (4096 − 512 − 600 for the one slot) MB for 120 MB each.
    assert ("4096 MB: 24 learners at once" in few["memory"].found, few["memory"].advice) == (True, "")
    many = {finding.name: finding for finding in limits.examine(tmp_path, learners * 20)}
    assert "There are 40." in many["memory"].advice


def test_slots_of_tensorflow(tmp_path: Path) -> None:
    learners = machine(tmp_path)
    slots = tmp_path / "run/dl-tutor/slots"
    assert broken(limits.examine(tmp_path, learners)) == []
    (slots / "1").chmod(0o666)
    assert broken(limits.examine(tmp_path, learners)) == ["TensorFlow slots"]
    (slots / "1").chmod(0o444)
    slots.chmod(0o777)
    assert broken(limits.examine(tmp_path, learners)) == ["TensorFlow slots"]
    shutil.rmtree(slots)
    assert broken(limits.examine(tmp_path, learners)) == ["TensorFlow slots"]


def test_without_learners_it_says_what_to_do_first(tmp_path: Path) -> None:
    findings = examine_class(tmp_path)
    assert {"learners", "sshd", "launcher", "keys", "state"} <= set(broken(findings))
    assert all(finding.advice for finding in findings if finding.broken)
