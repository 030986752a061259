"""The filter as the kernel would run it, on machines that this one is not, and the numbers of its system calls."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from dataclasses import dataclass
from errno import ENOSYS, EPERM
from pathlib import Path

import pytest

from tutor.sandbox import seccomp, system_calls
from tutor.sandbox.restriction import reachable_level

ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
# linux/audit.h
X86_64, AARCH64, I386, ARM = 0xC000003E, 0xC00000B7, 0x40000003, 0x40000028
ARCHITECTURES = {"x86_64": X86_64, "aarch64": AARCH64}
AF_UNIX = 1
STREAM, DATAGRAM, SEQPACKET, RAW = 1, 2, 5, 3
FLAGS = (0, 0o4000, 0o2000000, 0o2004000)
# The kernel's own lists, where a C compiler brought them along.
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
SELF = 4321


@dataclass(frozen=True)
class Call:
    """A system call as a filter sees it: ``struct seccomp_data``."""

    number: int
    architecture: int
    arguments: tuple[int, ...] = ()

    def __bytes__(self) -> bytes:
        padded = (*self.arguments, *[0] * (6 - len(self.arguments)))
        return struct.pack("<IIQ6Q", self.number, self.architecture, 0, *padded)


def judged(program: bytes, call: Call) -> int:
    """What the filter returns: classic BPF, as far as the filter has it (``linux/filter.h``)."""
    data, at, value = bytes(call), 0, 0
    while True:
        code, then, otherwise, operand = struct.unpack_from("=HBBI", program, 8 * at)
        at += 1
        match code:
            case 0x20:
                (value,) = struct.unpack_from("<I", data, operand)
            case 0x54:
                value &= operand
            case 0x15 | 0x35 | 0x45:
                holds = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}[code]
                at += then if holds else otherwise
            case 0x06:
                return operand
            case _:
                raise AssertionError(f"instruction {code:#x}")


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(system_calls, "machine", lambda: request.param)
    monkeypatch.setattr(seccomp, "machine", lambda: request.param)
    return request.param


def verdict(machine: str, name: str, *arguments: int) -> int:
    number = system_calls.number(name)
    assert number is not None
    return judged(seccomp.program(SELF), Call(number, ARCHITECTURES[machine], arguments))


@pytest.mark.parametrize("flags", FLAGS)
def test_pairs_are_streams_of_this_machine(machine: str, flags: int) -> None:
    assert verdict(machine, "socketpair", AF_UNIX, STREAM | flags) == ALLOW
    for kind in (DATAGRAM, SEQPACKET, RAW, 0, 10):
        assert verdict(machine, "socketpair", AF_UNIX, kind | flags) == ERROR | EPERM
    assert verdict(machine, "socketpair", 30, STREAM | flags) == ERROR | EPERM  # AF_TIPC


@pytest.mark.parametrize("address", [1, 0xFFFFFFFF, 1 << 32, 0x7FFF_0000_0000])
def test_nothing_is_sent_to_an_address(machine: str, address: int) -> None:
    assert verdict(machine, "sendto", 3, 4, 5, 0, address, 16) == ERROR | EPERM
    assert verdict(machine, "sendto", 3, 4, 5, 0, 0, 0) == ALLOW
    assert verdict(machine, "sendmmsg", 3, address, 1, 0) == ERROR | EPERM


def test_every_refused_call_is_refused(machine: str) -> None:
    for name in seccomp.REFUSED:
        if system_calls.number(name) is not None:
            assert verdict(machine, name) == ERROR | EPERM, name
    assert verdict(machine, "clone3") == ERROR | ENOSYS


def test_what_the_program_needs_is_let_through(machine: str) -> None:
    assert verdict(machine, "kill", SELF, 15) == ALLOW
    assert verdict(machine, "kill", SELF + 1, 15) == ERROR | EPERM
    assert verdict(machine, "clone", seccomp.CLONE_THREAD) == ALLOW
    assert verdict(machine, "ioctl", 0, 0x5413) == ALLOW  # TIOCGWINSZ
    assert verdict(machine, "ioctl", 0, seccomp.TIOCSTI) == ERROR | EPERM
    read = {"x86_64": 0, "aarch64": 63}[machine]
    assert judged(seccomp.program(SELF), Call(read, ARCHITECTURES[machine])) == ALLOW


@pytest.mark.parametrize("other", [I386, ARM])
def test_a_call_of_another_kind_of_machine_ends_the_process(machine: str, other: int) -> None:
    """Its numbers mean other things: 359 is ``socket`` of 32 bits, and 102 all of a socket's calls in one."""
    for number in (102, 359, 360, 11, 0):
        assert judged(seccomp.program(SELF), Call(number, other)) == KILL


def test_the_same_calls_under_other_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (seccomp, system_calls):
        monkeypatch.setattr(module, "machine", lambda: "x86_64")
    for number in (0, 41, 53, 44, 520):
        assert judged(seccomp.program(SELF), Call(0x40000000 + number, X86_64, (1, 1))) == ERROR | EPERM


def test_the_numbers_are_those_of_the_kernel(machine: str) -> None:
    header = HEADERS[machine]
    if not header.exists():
        pytest.skip("no headers of the kernel are installed")
    listed = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
    known = {name: int(number) for name, number in listed}
    compared = 0
    for name in system_calls.names():
        if name in known:
            compared += 1
            assert system_calls.number(name) == known[name], name
        elif len(known) > 400:
            # Calls that are younger than these headers are not in them.
            number = system_calls.number(name)
            assert number is None or number > max(known.values()), name
    assert compared > 50


@pytest.mark.skipif(
    not reachable_level().complete or system_calls.machine() != "x86_64", reason="no filter, or no calls of 32 bits"
)
def test_a_call_of_32_bits_ends_a_restricted_process(tmp_path: Path) -> None:
    """``int 0x80`` asks for the process number, which is harmless: it is the way that is closed."""
    program = (
        "import ctypes, mmap, os, pathlib, sys\n"
        "from tutor.sandbox.restriction import restrict\n"
        "if sys.argv[1] == 'restricted': restrict([pathlib.Path(sys.argv[2])])\n"
        "memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\n"
        "memory.write(bytes.fromhex('53b814000000cd805bc3'))\n"  # push rbx; mov eax, 20; int 0x80; pop rbx; ret
        "at = ctypes.addressof(ctypes.c_char.from_buffer(memory))\n"
        "sys.exit(ctypes.CFUNCTYPE(ctypes.c_int)(at)() != os.getpid())\n"
    )
    free, restricted = (
        subprocess.run([sys.executable, "-c", program, how, str(tmp_path)], capture_output=True, check=False)
        for how in ("free", "restricted")
    )
    if free.returncode != 0:
        pytest.skip("this kernel has no calls of 32 bits")
    assert restricted.returncode == -31  # SIGSYS


def test_what_ends_with_its_parent_cannot_change_that(machine: str) -> None:
    assert verdict(machine, "prctl", system_calls.PR_SET_PDEATHSIG, 0) == ERROR | EPERM
    assert verdict(machine, "prctl", system_calls.PR_SET_DUMPABLE, 0) == ALLOW
