"""The paths that the program itself reads, and that a restricted process can still read."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

# The C library and Python read these at any time: shared libraries, languages, time zones, terminals.
_SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/usr/share/locale",
    "/usr/share/terminfo", "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/dev/null", "/dev/zero",
    "/dev/urandom",
)  # fmt: skip
# Number and features of the processors, which TensorFlow queries.
_PROCESSOR = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system", "/sys/fs/cgroup")
# The C library, Python and TensorFlow read these about this process. Not the whole folder: its ``net``, and that of
# each thread, lists the connections and sockets of every user of the machine.
_THIS_PROCESS = (
    "auxv", "cgroup", "cmdline", "comm", "fd", "limits", "maps", "mountinfo", "mounts", "numa_maps", "smaps",
    "smaps_rollup", "stat", "statm", "status",
)  # fmt: skip
WRITABLE_DEVICES = (Path("/dev/null"),)


def readable_paths() -> tuple[Path, ...]:
    """The interpreter, its libraries, this package with its lessons and data, and shared system files."""
    standard = sysconfig.get_paths()
    interpreter = {Path(standard[key]) for key in ("stdlib", "platstdlib", "purelib", "platlib")}
    interpreter |= {Path(sys.base_prefix, "lib"), Path(sys.prefix, "lib"), Path(sys.prefix, "pyvenv.cfg")}
    imported = {path for path in map(Path, sys.path) if path.is_absolute()}
    package = Path(__file__).resolve().parent.parent
    # In a checkout these are beside the package.
    own = {package, *(package.parent / name for name in ("lessons", "exercises", "data"))}
    # A checkout on the path has more than the program: its history, a learner's files.
    imported.discard(package.parent)
    system = {Path(path) for path in (*_SYSTEM, *_PROCESSOR)} | {Path("/proc/self", name) for name in _THIS_PROCESS}
    return tuple(sorted(interpreter | imported | own | system))
