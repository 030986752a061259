"""A class machine on loopback: a real sshd with learners' accounts, and the real ssh client to reach it with.

As root it is the machine that `deploy/install` and `deploy/add-learner` make, in namespaces of its own: it has its own
/etc, /var/lib and processes, and when it ends nothing of it is left. As anyone else it is an sshd of one's own, where
the only learner is oneself; ``isolated`` says which.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pty
import pwd
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal, children, tutor_environment

REPOSITORY = Path(__file__).resolve().parents[2]
DEPLOY = REPOSITORY / "deploy"
SSHD = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
# Folders of the machine that the class machine gets copies of: what it writes there is gone with it.
_COPIED = ("/etc",)
_ADDED_TO = ("/opt", "/var/lib", "/var/log", "/var/backups")
_VERSION = "/opt/dl-tutor-versions/tested"
_START_SECONDS = 120.0
# As the service of `deploy` does, once it listens.
SERVE = f"""{_VERSION}/bin/dl-tutor serve > /run/folder/serve.log 2>&1 &
while ! [ -S /run/dl-tutor/serve.sock ]; do kill -0 $! && sleep 0.1; done"""


@dataclass(frozen=True)
class ClassMachine:
    """A running sshd. ``state`` of a learner is the folder with their progress, seen from outside."""

    folder: Path
    port: int
    learners: tuple[str, ...]
    isolated: bool
    pid: int

    def state(self, learner: str) -> Path:
        """The folder in which ``learner``'s progress is kept."""
        return self.folder / "state" / learner if self.isolated else self.folder / "state"

    @property
    def log(self) -> str:
        """What sshd has said."""
        return (self.folder / "sshd.log").read_text(errors="replace")

    def options(self) -> tuple[str, ...]:
        """What every client is told, ssh, scp and sftp alike: nobody's own configuration, this key, no questions."""
        said = {
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": "/dev/null",
            "LogLevel": "ERROR",
            "IdentityFile": str(self.folder / "client_key"),
            "IdentitiesOnly": "yes",
            "BatchMode": "yes",
            "ConnectTimeout": "60",
            "Port": str(self.port),
        }
        return ("-F", "none", *(word for name, value in said.items() for word in ("-o", f"{name}={value}")))

    def command(self, learner: str, *options: str, asks_for: Sequence[str] = ()) -> tuple[str, ...]:
        """The ssh command line of a learner. ``options`` are ssh's; ``asks_for`` is what it asks to run."""
        return ("/usr/bin/env", "ssh", *self.options(), *options, f"{learner}@127.0.0.1", *asks_for)

    def terminal(
        self,
        learner: str,
        *options: str,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> Terminal:
        """A window in which ``learner`` has logged in."""
        return Terminal(
            self.command(learner, *options), {**tutor_environment(self.folder), **(environment or {})}, columns, rows
        )

    def run(
        self, command: Sequence[str], given: str = "", environment: Mapping[str, str] | None = None, give_up: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run a client to its end, without a terminal."""
        return subprocess.run(
            command, input=given, capture_output=True, text=True, timeout=give_up, check=False,
            env={**tutor_environment(self.folder), **(environment or {})},
        )  # fmt: skip

    def processes(self) -> list[int]:
        """The processes of dl-tutor that run on it, as numbered outside."""
        # Who has lost its parent has another for a moment or none; in the namespace it stays.
        candidates = _in_namespace_of(self.pid) if self.isolated else _descendants(self.pid)
        if self.isolated:
            # Not the server of warm sessions.
            candidates = [pid for pid in candidates if not _is_roots(pid)]
        return [pid for pid in candidates if b"tutor." in _of_process(pid, "cmdline")]

    def sessions(self) -> list[int]:
        """Those of them that learners have logged in to; what they have started is not among them."""
        running = self.processes()
        started = {child for pid in running for child in children(pid)}
        return [pid for pid in running if pid not in started]

    def environment_of(self, session: int) -> dict[str, str]:
        """The environment that a process was started with."""
        entries = _of_process(session, "environ").decode(errors="replace").split("\0")
        return dict(entry.split("=", 1) for entry in entries if entry)

    def inside(self, *command: str, give_up: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command as root on an isolated class machine."""
        return subprocess.run(
            ["nsenter", "--target", str(self.pid), "--mount", "--pid", *command],
            capture_output=True, text=True, timeout=give_up, check=False,
        )  # fmt: skip


@contextmanager
def class_machine(
    folder: Path, learners: Sequence[str] = ("ada",), before: str = "", warm: bool = False
) -> Iterator[ClassMachine]:
    """A class machine with an account for each of ``learners``; ``folder`` is where it may write.

    ``before`` are further shell commands that root does on it before sshd starts. With ``warm``, sessions come from
    ``dl-tutor serve``, which only root can start. Skips the test where there is no
    OpenSSH. Where not root, the one learner is whoever runs the tests.
    """
    if SSHD is None or shutil.which("ssh") is None or shutil.which("ssh-keygen") is None:
        pytest.skip("OpenSSH's server and client are not installed")
    folder.mkdir(parents=True, exist_ok=True)
    isolated = may_isolate()
    if not isolated and not _terminals_are_ready():
        pytest.skip("only root can give a terminal to a session here: /dev/pts is mounted without gid=tty")
    if warm and not isolated:
        pytest.skip("only root can serve warm sessions")
    if warm:
        before = f"{before}\n{SERVE}"
    names = tuple(learners) if isolated else (pwd.getpwuid(os.getuid()).pw_name,)
    (folder / "state").mkdir()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "client_key")], check=True)
    port = _free_port()
    with (folder / "sshd.log").open("wb") as log:
        command = _isolated(folder, names, port, before) if isolated else _own(folder, port)
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_server_environment(), start_new_session=True
        )
    try:
        _wait_until_it_answers(server, folder, port)
        pid = int((folder / "pid").read_text()) if isolated else server.pid
        yield ClassMachine(folder, port, names, isolated, pid)
    finally:
        if isolated:
            # The first process of the namespace, and with it every session in it.
            server.kill()
        elif server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def may_isolate() -> bool:
    """Whether this is root, and may make namespaces."""
    if os.geteuid() != 0 or shutil.which("unshare") is None or sys.prefix == sys.base_prefix:
        return False
    tried = subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True, check=False)
    return tried.returncode == 0


def _terminals_are_ready() -> bool:
    """Whether new terminals belong to the group that sshd wants, which only root could change."""
    ours, theirs = pty.openpty()
    try:
        return os.fstat(theirs).st_gid == grp.getgrnam("tty").gr_gid
    finally:
        os.close(ours)
        os.close(theirs)


def _isolated(folder: Path, learners: Sequence[str], port: int, before: str) -> tuple[str, ...]:
    """The command that makes a class machine and becomes its sshd."""
    script = folder / "machine.sh"
    lines = [
        "set -eu",
        # The number by which others know this process: in the namespace it is 1.
        f'read -r pid rest < /proc/self/stat; echo "$pid" > {folder}/pid',
        "mount -t proc proc /proc",
        # sshd's own folder is in /run, as is what it writes about who is logged in.
        "mount -t tmpfs -o mode=755 class /run",
        "mkdir -p /run/sshd /run/folder /run/kept",
        f"mount --bind {folder} /run/folder",
        *_open_ways([REPOSITORY, Path(sys.prefix), Path(sys.base_prefix)]),
        *(
            line
            for name in _COPIED
            for line in (f"cp -a {name} /run/kept/", f"mount --bind /run/kept/{Path(name).name} {name}")
        ),
        *(line for name in _ADDED_TO if Path(name).is_dir() for line in _room_in(name)),
        # A version in its place, as `deploy/install-version` makes it.
        f"mkdir -p {_VERSION}/lib; cp -a {sys.prefix}/bin {sys.prefix}/pyvenv.cfg {_VERSION}/",
        f"mount --bind {sys.prefix}/lib {_VERSION}/lib; ln -s {_VERSION} /opt/dl-tutor",
        "mkdir -p /var/lib/dl-tutor; mount --bind /run/folder/state /var/lib/dl-tutor",
        f"ssh-keygen -A >/dev/null; {DEPLOY}/install --settings-only",
        *(f"sh {DEPLOY}/add-learner {shlex.quote(name)} /run/folder/client_key.pub" for name in learners),
        before,
        f"exec {SSHD} -D -e -p {port} -o ListenAddress=127.0.0.1:{port}",
    ]
    script.write_text("\n".join(lines) + "\n")
    # It ends with the tests, also when they are killed.
    ends_with_us = ("setpriv", "--pdeathsig", "KILL")
    isolation = ("unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child")
    return (*ends_with_us, *isolation, "sh", str(script))


def _room_in(name: str) -> list[str]:
    """Make a folder one in which something can be added that is not really there."""
    kept = f"/run/kept{name}"
    return [
        f"mkdir -p {kept}; mount --bind {name} {kept}; mount -t tmpfs -o mode=755 class {name}",
        f'for one in {kept}/*; do name={name}/${{one##*/}}; [ -e "$one" ] || continue',
        'if [ -d "$one" ] && ! [ -L "$one" ]; then mkdir "$name"; mount --bind "$one" "$name"',
        'else cp -a "$one" "$name"; fi; done',
    ]


def _open_ways(needed: Sequence[Path]) -> list[str]:
    """Let learners reach ``needed``, and nothing else, behind folders that only root may enter."""
    closed = {wall for path in needed if (wall := _first_closed(path)) is not None}
    lines = [f"mkdir -p /run/kept/way{i}; mount --bind {path} /run/kept/way{i}" for i, path in enumerate(needed)]
    lines += [f"mount -t tmpfs -o mode=755 class {wall}" for wall in sorted(closed)]
    for i, path in enumerate(needed):
        if _first_closed(path) is not None:
            lines.append(f"mkdir -p {path}; mount --bind /run/kept/way{i} {path}")
    return lines


def _first_closed(path: Path) -> Path | None:
    for folder in reversed([path, *path.parents]):
        if not folder.stat().st_mode & 0o001:
            return folder
    return None


def _own(folder: Path, port: int) -> tuple[str, ...]:
    """The command of an sshd for oneself, with the settings that are meant for learners."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "host_key")], check=True)
    shutil.copy(folder / "client_key.pub", folder / "authorized_keys")
    session = folder / "session"
    launcher = (DEPLOY / "dl-tutor-session").read_text()
    launcher = launcher.replace("$(readlink -f /opt/dl-tutor)", sys.prefix)
    session.write_text(launcher.replace("/var/lib/dl-tutor/$learner", str(folder / "state")))
    session.chmod(0o755)
    fragment = (DEPLOY / "sshd_config.d" / "dl-tutor.conf").read_text()
    fragment = fragment.replace("/opt/dl-tutor/bin/dl-tutor-session", str(session))
    fragment = fragment.replace("/etc/ssh/tutor_keys/%u", str(folder / "authorized_keys"))
    fragment = fragment.replace("Match Group tutor", "Match all")
    config = folder / "sshd_config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host_key\nPidFile none\nStrictModes no\nUsePAM no\n"
        f"Subsystem sftp internal-sftp\n{fragment}"
    )
    return (str(SSHD), "-D", "-e", "-f", str(config))


def _server_environment() -> dict[str, str]:
    """As a service has it: nothing of who runs the tests."""
    return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _wait_until_it_answers(server: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
                if line.recv(4) == b"SSH-":
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"sshd did not start:\n{(folder / 'sshd.log').read_text(errors='replace')}")


def _descendants(pid: int) -> list[int]:
    found = children(pid)
    return found + [further for child in found for further in _descendants(child)]


def _in_namespace_of(pid: int) -> list[int]:
    def namespace(process: Path) -> str:
        try:
            return str((process / "ns/pid").readlink())
        except OSError:
            return ""

    wanted = namespace(Path(f"/proc/{pid}"))
    return [int(process.name) for process in Path("/proc").glob("[0-9]*") if namespace(process) == wanted != ""]


def _is_roots(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}").stat().st_uid == 0
    return False


def _of_process(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
