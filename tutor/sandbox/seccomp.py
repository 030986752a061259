"""A seccomp filter: the system calls that the kernel refuses to a process and its children (linux/seccomp.h).

Refused calls fail with EPERM, so that a library that only probes for something continues without it.
"""

from __future__ import annotations

import ctypes
import os
import struct
from errno import ENOSYS, EPERM

from tutor.sandbox.system_calls import PR_SET_PDEATHSIG, PR_SET_SECCOMP, is_known, machine, number, process_control

# Programs and processes, other processes' memory, sockets, namespaces and mounts, keys, kernel facilities, and
# everything that all processes of a user share. ``sendmsg`` stays, because it sends descriptors to the launcher; the
# sockets on which it could take an address cannot be created.
REFUSED = (
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_open",
    "pidfd_getfd", "pidfd_send_signal", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "process_madvise",
    "process_mrelease", "socket", "connect", "accept", "accept4", "bind", "listen", "sendmmsg", "unshare", "setns",
    "mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick",
    "mount_setattr", "add_key", "request_key", "keyctl", "bpf", "userfaultfd", "perf_event_open",
    "open_by_handle_at", "name_to_handle_at", "memfd_create", "memfd_secret", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "personality", "mknod", "mknodat", "init_module", "finit_module", "delete_module",
    "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "acct", "quotactl", "settimeofday",
    "clock_settime", "adjtimex", "clock_adjtime", "sethostname", "setdomainname", "syslog", "vhangup", "modify_ldt",
    "iopl", "ioperm", "shmget", "shmat", "shmctl", "msgget", "msgsnd", "msgrcv", "msgctl", "semget", "semop",
    "semtimedop", "semctl", "mq_open", "mq_unlink", "fanotify_init", "lookup_dcookie",
)  # fmt: skip

# linux/audit.h, linux/seccomp.h, linux/sched.h, asm-generic/ioctls.h
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_X32 = 0x40000000
_FILTER = 2
CLONE_THREAD = 0x00010000
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
# linux/socket.h, linux/net.h: the low bits of the type are the kind of socket; above are flags such as SOCK_CLOEXEC.
_AF_UNIX, _SOCK_STREAM, _SOCK_TYPE_MASK = 1, 1, 0xF
# Offsets into struct seccomp_data: the low words of the arguments, and the high word of the fifth.
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND, _FIFTH, _FIFTH_HIGH = 0, 4, 16, 24, 48, 52

# linux/bpf_common.h: load a word, mask it, jump if equal, if greater or equal, if a bit is set, return.
_LOAD, _AND, _EQUAL, _AT_LEAST, _BITS, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _instruction(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)


def _refuse(error: int) -> bytes:
    return _instruction(_RETURN, _ERROR | error)


def _for_call(name: str, *body: bytes) -> bytes:
    """Instructions for one system call only; the call's number must be loaded before and after them."""
    known = number(name)
    if known is None:
        return b""
    return _instruction(_EQUAL, known, 0, len(body)) + b"".join(body)


def program(process: int) -> bytes:
    """The filter for the process with the ID ``process``, which can send signals only to itself."""
    reload = _instruction(_LOAD, _NUMBER)
    to_others = (_instruction(_LOAD, _FIRST), _instruction(_EQUAL, process, 1, 0), _refuse(EPERM), reload)
    parts = [
        _instruction(_LOAD, _ARCHITECTURE),
        _instruction(_EQUAL, _ARCHITECTURES[machine()], 1, 0),
        _instruction(_RETURN, _KILL),
        reload,
    ]
    if machine() == "x86_64":
        # The x32 ABI: the same calls under other numbers.
        parts += [_instruction(_AT_LEAST, _X32, 0, 1), _refuse(EPERM)]
    parts += [_for_call(name, _refuse(EPERM)) for name in REFUSED]
    parts += [
        # Threads only. The arguments of clone3 are behind a pointer; without it, libraries use clone.
        _for_call("clone3", _refuse(ENOSYS)),
        _for_call(
            "clone", _instruction(_LOAD, _FIRST), _instruction(_BITS, CLONE_THREAD, 1, 0), _refuse(EPERM), reload
        ),
        _for_call("kill", *to_others),
        _for_call("tgkill", *to_others),
        # Pairs of connected streams, as asyncio and multiprocessing create them. Unlike a stream, a datagram socket of
        # a pair could send to the address of any other socket: the system log, another learner's program.
        _for_call(
            "socketpair", _instruction(_LOAD, _FIRST), _instruction(_EQUAL, _AF_UNIX, 1, 0), _refuse(EPERM),
            _instruction(_LOAD, _SECOND), _instruction(_AND, _SOCK_TYPE_MASK), _instruction(_EQUAL, _SOCK_STREAM, 1, 0),
            _refuse(EPERM), reload,
        ),
        # ``send`` is a ``sendto`` without an address.
        _for_call(
            "sendto", _instruction(_LOAD, _FIFTH), _instruction(_EQUAL, 0, 1, 0), _refuse(EPERM),
            _instruction(_LOAD, _FIFTH_HIGH), _instruction(_EQUAL, 0, 1, 0), _refuse(EPERM), reload,
        ),
        # A process that ends with its parent could undo that, and would stay behind.
        _for_call(
            "prctl", _instruction(_LOAD, _FIRST), _instruction(_EQUAL, PR_SET_PDEATHSIG, 0, 1), _refuse(EPERM), reload
        ),
        # Whatever program next reads the terminal would run text typed into it in the learner's name.
        _for_call(
            "ioctl", _instruction(_LOAD, _SECOND), _instruction(_EQUAL, TIOCSTI, 1, 0),
            _instruction(_EQUAL, TIOCLINUX, 0, 1), _refuse(EPERM), reload,
        ),
        _instruction(_RETURN, _ALLOW),
    ]  # fmt: skip
    return b"".join(parts)


def restrict() -> None:
    """Install the filter irrevocably for this thread and its children. Raises ``OSError`` if there is none."""
    if not is_known():
        raise OSError(ENOSYS, f"no filter is known for {machine()}")
    instructions = program(os.getpid())
    given = _Program(len(instructions) // 8, instructions)
    process_control(PR_SET_SECCOMP, _FILTER, ctypes.byref(given))
