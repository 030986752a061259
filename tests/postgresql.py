"""A PostgreSQL of one's own for tests and benchmarks: a cluster in a folder, on a socket there, for no other user."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
UNPRIVILEGED = "postgres"
"""Who runs the server if we are root, which it refuses to be."""


def why_no_postgresql() -> str | None:
    """Why no cluster can be started here, or None."""
    if _programs() is None:
        return "there is no PostgreSQL here (initdb)"
    if os.name != "posix":
        return "the server is on a Unix socket"
    if os.geteuid() == 0 and (shutil.which("runuser") is None or not _is_user(UNPRIVILEGED)):
        return f"PostgreSQL does not run as root, and there is no user {UNPRIVILEGED}"
    return None


@contextmanager
def cluster() -> Iterator[str]:
    """A running cluster, with the superuser ``tester``; the address of its database ``postgres``."""
    programs = _programs()
    assert programs is not None
    # A socket's path has at most 107 characters: not below pytest's long folders.
    with tempfile.TemporaryDirectory(prefix="dl-tutor-pg-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, UNPRIVILEGED)
        data = folder / "data"
        _run(programs / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c shared_buffers=64MB"
        _run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://tester@/postgres?host={folder}"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _run(program: Path, *arguments: object) -> None:
    command = [str(program), *map(str, arguments)]
    if os.geteuid() == 0:
        command = ["runuser", "-u", UNPRIVILEGED, "--", *command]
    # A server keeps what it is given open: with a pipe, nobody would see its end.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(command, stdout=said, stderr=said, stdin=subprocess.DEVNULL, cwd="/", check=False)
        said.seek(0)
        assert done.returncode == 0, said.read().decode(errors="replace")


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    newest = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    return newest[-1].parent if newest else None


def _is_user(name: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
