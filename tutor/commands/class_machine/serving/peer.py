"""Who is at the other end of a socket, as the kernel says it; and to become them, for good."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import resource
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CREDENTIALS = struct.Struct("3i")
_GROUPS = Path("/sys/fs/cgroup")
_LIMITS = sorted(number for name, number in vars(resource).items() if name.startswith("RLIMIT_"))


class Refused(Exception):
    """No session for this client; the message says why, for the administrator's log."""


@dataclass(frozen=True)
class Peer:
    """The process that opened the connection, and its user. A client cannot lie about either."""

    pid: int
    uid: int


def peer_of(connection: socket.socket) -> Peer:
    """The client's process and user when it connected (``SO_PEERCRED``)."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid, uid, _ = _CREDENTIALS.unpack(raw)
    return Peer(pid, uid)


def become(peer: Peer, group: str) -> None:
    """Turn this process of root into one of the peer's: its control groups, its limits, its user and groups.

    There is no way back. Raises ``Refused`` if the peer is not in ``group``, is root, has ended, or a step is refused;
    the process is then good for nothing but to exit.
    """
    try:
        account = pwd.getpwuid(peer.uid)
        wanted = grp.getgrnam(group).gr_gid
    except KeyError as error:
        raise Refused(f"user {peer.uid}: {error}") from error
    groups = os.getgrouplist(account.pw_name, account.pw_gid)
    if peer.uid == 0 or wanted not in groups:
        raise Refused(f"{account.pw_name} is not in the group {group}")
    try:
        _join_control_groups(peer)
        os.setgroups(groups)
        os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
        os.setresuid(peer.uid, peer.uid, peer.uid)
        _take_limits(peer)
    except OSError as error:
        raise Refused(f"{account.pw_name}: {error}") from error
    if os.getresuid() != (peer.uid,) * 3 or os.getresgid() != (account.pw_gid,) * 3 or _may_be_root_again():
        raise Refused(f"{account.pw_name}: this process did not become theirs")


def _join_control_groups(peer: Peer) -> None:
    """Enter each control group that the peer is in, so that the limits of its account hold here too.

    Its number may be another process's by now. That is no way into somebody else's groups: the process must be the
    peer's user before and after its groups are read.
    """
    _check(peer)
    theirs, ours = dict(_control_groups(peer.pid)), dict(_control_groups(os.getpid()))
    _check(peer)
    for folder, path in theirs.items():
        if ours.get(folder) != path:
            (folder / path.lstrip("/") / "cgroup.procs").write_text(str(os.getpid()))


def _control_groups(pid: int) -> Iterator[tuple[Path, str]]:
    """The folder of each hierarchy, of version 2 or 1, and the path of the process's group in it."""
    for line in Path(f"/proc/{pid}/cgroup").read_text(encoding="utf-8").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers:
            yield _GROUPS / controllers.removeprefix("name="), path
        else:
            beside = _GROUPS / "unified"
            yield beside if beside.is_dir() else _GROUPS, path


def _take_limits(peer: Peer) -> None:
    """Lower this process's limits to those of the login, where they are lower. Only the peer's user may read them."""
    for which in _LIMITS:
        soft, hard = resource.getrlimit(which)
        their_soft, their_hard = resource.prlimit(peer.pid, which)
        hard = _lower(hard, their_hard)
        resource.setrlimit(which, (_lower(hard, _lower(soft, their_soft)), hard))


def _lower(one: int, other: int) -> int:
    if resource.RLIM_INFINITY in (one, other):
        return other if one == resource.RLIM_INFINITY else one
    return min(one, other)


def _check(peer: Peer) -> None:
    status = Path(f"/proc/{peer.pid}/status").read_text(encoding="utf-8", errors="replace")
    uids = next(line.split()[1:] for line in status.splitlines() if line.startswith("Uid:"))
    if set(uids) != {str(peer.uid)}:
        raise Refused(f"process {peer.pid} is not user {peer.uid}'s")


def _may_be_root_again() -> bool:
    with contextlib.suppress(OSError):
        os.setuid(0)
        return True
    return False
