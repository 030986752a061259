"""Whether logins get their sessions from ``dl-tutor serve``."""

from __future__ import annotations

from pathlib import Path

from tutor.commands.findings.finding import Finding

SOCKET = Path("/run/dl-tutor/serve.sock")
"""Where the server listens, and ``deploy/dl-tutor-session`` looks for it."""
_LISTENS = 0x10000  # __SO_ACCEPTCON of Linux's net.h


def examine(root: Path) -> Finding:
    """The finding about the server of warm sessions below ``root``. It is an option, so nothing here is needed."""
    if not (root / SOCKET.relative_to("/")).exists():
        return Finding("warm start", "off: each login starts an executable of its own")
    if _listens(root, SOCKET):
        return Finding("warm start", f"dl-tutor serve listens at {SOCKET}")
    return Finding(
        "warm start",
        f"nothing listens at {SOCKET}",
        "Logins start executables of their own meanwhile. systemctl status dl-tutor-serve says why it ended.",
    )


def _listens(root: Path, socket: Path) -> bool:
    """Whether some process listens at this path, by the kernel's table of Unix sockets."""
    try:
        lines = (root / "proc/net/unix").read_text(encoding="utf-8", errors="replace").splitlines()[1:]
    except OSError:
        return False
    # Number, references, protocol, flags, type, state, inode, and the path that it had before it was renamed.
    rows = [row for line in lines if len(row := line.split()) == 8]
    return any(int(row[3], 16) & _LISTENS and row[7].startswith(str(new_socket(socket, ""))) for row in rows)


def new_socket(socket: Path, process: object) -> Path:
    """The path that a server's socket has until it takes the place of an older one's."""
    return socket.with_name(f".{socket.name}.{process}")
