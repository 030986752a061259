"""System calls through the C library, and their numbers on the known machines."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from functools import lru_cache
from typing import Any

# linux/prctl.h
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38

# Numbers for x86_64 (arch/x86/entry/syscalls/syscall_64.tbl) and aarch64 (asm-generic/unistd.h).
# None: there is no such call. Newer calls have the same number everywhere.
_NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "ioctl": (16, 29), "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "accept4": (288, 242),
    "bind": (49, 200), "listen": (50, 201), "socketpair": (53, 199), "sendto": (44, 206), "sendmmsg": (307, 269),
    "clone": (56, 220), "fork": (57, None),
    "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281), "kill": (62, 129), "tkill": (200, 130),
    "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272), "unshare": (272, 97),
    "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "bpf": (321, 280),
    "userfaultfd": (323, 282), "perf_event_open": (298, 241), "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264), "memfd_create": (319, 279), "personality": (135, 92), "mknod": (133, None),
    "mknodat": (259, 33), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224),
    "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266), "sethostname": (170, 161),
    "setdomainname": (171, 162), "syslog": (103, 116), "vhangup": (153, 58), "modify_ldt": (154, None),
    "iopl": (172, None), "ioperm": (173, None), "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195),
    "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187), "semget": (64, 190),
    "semop": (65, 193), "semtimedop": (220, 192), "semctl": (66, 191), "mq_open": (240, 180), "mq_unlink": (241, 181),
    "prctl": (157, 167),
    "fanotify_init": (300, 262), "lookup_dcookie": (212, 18),
    "pidfd_send_signal": (424, 424), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "pidfd_open": (434, 434),
    "clone3": (435, 435), "pidfd_getfd": (438, 438), "process_madvise": (440, 440), "mount_setattr": (442, 442),
    "landlock_create_ruleset": (444, 444), "landlock_add_rule": (445, 445), "landlock_restrict_self": (446, 446),
    "memfd_secret": (447, 447), "process_mrelease": (448, 448),
}  # fmt: skip
_MACHINES = {"x86_64": 0, "aarch64": 1}


def machine() -> str:
    """The processor architecture, as the kernel names it."""
    return platform.machine()


def is_known() -> bool:
    """Whether this is Linux on a machine whose system call numbers are known."""
    return sys.platform == "linux" and machine() in _MACHINES and sys.maxsize > 2**32


def number(name: str) -> int | None:
    """The number of a system call on this machine; None if it has none. Raises ``KeyError`` for an unknown name."""
    return _NUMBERS[name][_MACHINES[machine()]]


def names() -> tuple[str, ...]:
    """The known system calls."""
    return tuple(_NUMBERS)


@lru_cache(1)
def _library() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: Any) -> int:
    """Make a system call and return its result. Raises ``OSError``."""
    known = number(name)
    if known is None:
        raise OSError(f"there is no system call {name} on {machine()}")
    given = (ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments)
    return _checked(_library().syscall(ctypes.c_long(known), *given), name)


def process_control(option: int, *arguments: Any) -> int:
    """Call ``prctl`` and return its result. Raises ``OSError``."""
    given = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    given += [ctypes.c_ulong(0)] * (4 - len(given))
    return _checked(_library().prctl(ctypes.c_int(option), *given), f"prctl {option}")


def _checked(result: int, name: str) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
    return result
