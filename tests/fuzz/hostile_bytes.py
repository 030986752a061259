"""What a hostile terminal sends and does, as data: the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LEAVES = b"q\x11"
"""Keys that end the program: sent by chance they would only end the run early."""
SIZES = (
    (0, 0),
    (1, 1),
    (65535, 65535),
    (0, 24),
    (80, 0),
    (500, 1),
    (3, 65535),
    (60, 16),
    (59, 15),
    (81, 24),
    (300, 90),
)
NUMBERS = (
    "", "0", "1", "2", "5", "9", "27", "57", "105", "127", "255", "999", "9999", "55296", "57344", "57358", "57441",
    "63743", "65535", "1114111", "1114112", "2147483648", "18446744073709551616", "-1", "1:2", "1:2:3", ":", "9" * 500,
)  # fmt: skip
KEYS = "abcdefghijklmnoprstuvwxyz0123456789?/ \t\r\x7f"
CONTROL = bytes(code for code in range(32) if code != LEAVES[1])
NAMED = (
    b"\x1b", b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[Z", b"\x1b[5~", b"\x1b[6~", b"\x1b[H", b"\x1b[F",
    b"\x1bOP", b"\x1bOQ", b"\x1b[15~", b"\x1b[24;8~", b"\x1b[1;5A", b"\x1bx", b"\x1b\x1b", b"\x1b[3~",
)  # fmt: skip
BEGUN = (
    b"\x1b", b"\x1b[", b"\x1b[1;", b"\x1bO", b"\x1b[<0;3", b"\x1b[200", b"\x1b[20", b"\x1b[0", b"\x1b]11;rgb:",
    b"\x1bP>|", b"\x1b_G", b"\x1b[M", b"\x1b[M!", b"\x1b[?", b"\xf0\x9f", b"\xe2\x96", b"\xc3", b"\x1b[48;24;80",
)  # fmt: skip
NO_TEXT = (
    b"\xff", b"\xfe\xff", b"\x80", b"\xc0\x80", b"\xc1\xbf", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf4\x90\x80\x80",
    b"\xf8\x88\x80\x80\x80", b"\xe2\x28\xa1", b"\xf0\x28\x8c\x28", b"\xc2\x9b31m", b"\xc2\x85", b"\xef\xbf\xbe",
    b"\xf4\x8f\xbf\xbf", b"e\xcc\x81" * 9, b"\xe2\x80\xae", b"\xf0\x9f\x91\xa9\xe2\x80\x8d" * 5, b"\x00\x00",
)  # fmt: skip
ANSWERS = (
    b"\x1b[0n", b"\x1b[3n", b"\x1b[1;1R", b"\x1b[99999;99999R", b"\x1b[?2026;2$y", b"\x1b[?2048;1$y", b"\x1b[?2048;4$y",
    b"\x1b[?1;2c", b"\x1b[?62;4;9c", b"\x1b[>0;276;0c", b"\x1b[I", b"\x1b[O", b"\x1b]11;rgb:ffff/ffff/ffff\x07",
    b"\x1b]52;c;AAAA\x1b\\", b"\x1bP1+r544e=787465726d\x1b\\", b"\x1b_Gi=31;OK\x1b\\", b"\x1b[4;600;800t",
    b"\x1b[6;16;8t", b"\x1b[8;65535;65535t", b"\x1b[?1u", b"\x1b[?31u", b"\x1b[?997;1n",
)  # fmt: skip


@dataclass(frozen=True)
class Send:
    """These bytes are sent."""

    data: bytes


@dataclass(frozen=True)
class Claim:
    """The window claims another size."""

    columns: int
    rows: int


@dataclass(frozen=True)
class Stall:
    """Nothing is read while the window goes from one size to another and keys come, so many times."""

    times: int


@dataclass(frozen=True)
class Rest:
    """Nothing comes for a while, long enough for whatever has begun to be over."""


Burst = Send | Claim | Stall | Rest


def hostile_bursts(seed: int, count: int) -> Sequence[Burst]:
    """``count`` of them."""
    chance = random.Random(seed)
    return [_burst(chance) for _ in range(count)]


def _burst(chance: random.Random) -> Burst:
    draw = chance.random()
    if draw < 0.08:
        return Claim(*chance.choice(SIZES))
    if draw < 0.12:
        return Stall(chance.randint(5, 60))
    if draw < 0.16:
        return Rest()
    if draw < 0.22:
        return Send(_flood(chance))
    return Send(b"".join(chance.choice(PIECES)(chance) for _ in range(chance.randint(1, 25))))


def _letters(chance: random.Random) -> bytes:
    return "".join(chance.choice(KEYS) for _ in range(chance.randint(1, 5))).encode()


def _control(chance: random.Random) -> bytes:
    return bytes((chance.choice(CONTROL),))


def _numbers(chance: random.Random) -> str:
    return ";".join(chance.choice(NUMBERS) for _ in range(chance.randint(0, 5)))


def _mouse(chance: random.Random) -> bytes:
    """Reports that a mouse could make: presses, drags, the wheel."""
    button = chance.choice((0, 0, 0, 1, 2, 32, 35, 64, 65))
    place = f"{button};{chance.randint(0, 90)};{chance.randint(0, 30)}"
    return f"\x1b[<{place}{chance.choice('Mm')}".encode()


def _broken_mouse(chance: random.Random) -> bytes:
    """Reports that none makes."""
    if chance.random() < 0.3:
        return b"\x1b[M" + _noise(chance)[:3]
    return f"\x1b[{chance.choice(('<', '', '<<'))}{_numbers(chance)}{chance.choice('Mm')}".encode()


def _code_point(chance: random.Random) -> bytes:
    """A key as kitty reports it; the one that leaves is left out."""
    numbers = _numbers(chance)
    return b"" if numbers.startswith(("113", "81")) else f"\x1b[{numbers}u".encode()


def _sequence(chance: random.Random) -> bytes:
    """A control sequence of the right form that means nothing, or something else."""
    private = chance.choice(("", "?", ">", "=", "<"))
    return f"\x1b[{private}{_numbers(chance)}{chance.choice('ABCDFHIOPQRSTZcfghlmnpqrstuy~$^@')}".encode()


def _size_report(chance: random.Random) -> bytes:
    return f"\x1b[48;{_numbers(chance)}t".encode()


def _paste(chance: random.Random) -> bytes:
    """With an end or without one, with marks inside, and with what is no text."""
    inside = chance.choice(
        (b"0.5", b"\x1b[200~x", b"\x1b[31m", b"[@click=app.quit]", b"\n" * 500, b"9" * 30_000, NOISE)
    )
    begins = chance.choice((b"\x1b[200~", b"\x1b[200~", b"\x1b[200~", b""))
    return begins + inside + chance.choice((b"\x1b[201~", b"\x1b[201~", b"\x1b[201~", b""))


def _noise(chance: random.Random) -> bytes:
    return bytes(byte for byte in chance.randbytes(chance.randint(3, 60)) if byte not in LEAVES)


def _flood(chance: random.Random) -> bytes:
    piece = chance.choice(
        (b"n", b"z", b"\x1b[A", b"\x1b[<35;10;10M", b"\x1b", b"\x00", b"\xff", b"\x1b[0n", b"\x1b[O\x1b[I")
    )
    return piece * (chance.randint(1_000, 60_000) // len(piece))


def _one_of(pieces: Sequence[bytes]) -> Callable[[random.Random], bytes]:
    return lambda chance: chance.choice(pieces)


NOISE = _noise(random.Random(0)) * 100
PIECES = (
    _letters, _letters, _letters, _control, _one_of(NAMED), _one_of(NAMED), _mouse, _mouse, _broken_mouse, _code_point,
    _sequence, _size_report, _paste, _noise, _one_of(NO_TEXT), _one_of(ANSWERS), _one_of(BEGUN),
)  # fmt: skip
