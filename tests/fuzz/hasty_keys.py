"""Keys and clicks faster than the screen follows, as data: several in one write, and no waiting in between."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.fuzz.events import KEYS, LEADING, SIZES, TEXTS
from tests.fuzz.hostile_bytes import Burst, Claim, Rest, Send, Stall

_NAMED = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "backspace": "\x7f", "delete": "\x1b[3~",
    "home": "\x1b[H", "end": "\x1b[F", "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "up": "\x1b[A", "down": "\x1b[B",
    "right": "\x1b[C", "left": "\x1b[D", "space": " ", "slash": "/", "question_mark": "?", "f1": "\x1bOP",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnoprstuvwxyz"},
}  # fmt: skip
# What opens something that is answered, and answers it more often than it asks.
ANSWERED_TOO_OFTEN = (
    "g\r\r\r", "g7\r\r", "x\r\r\r\r", "x\x1b[B\r\r\x7f\r\r", "\x10\r\r\r", "\x10open\r\r\r", "\x10go to\x1b[B\r\r",
    "?\r\r", "/kern\r\r\r", "ysoft\r\r\r", "n\rn\rn\r", "h\x1b[Bh\x1b", "c\x1b[Z\x1b\x1b", "fff\x1b[Zf", "gggg", "xgxg",
    "\x1b\x1b\r\r", "hn\r", "pn\r", "pbpn", "tt", "ttg\r\r", "ohn\x1b\r", "Nn\r\r", "ss\rn", "\x1bh\x1bh",
    "f\x1b\x1b\r",
)  # fmt: skip


def hasty_bursts(seed: int, count: int) -> Sequence[Burst]:
    """``count`` bursts; the same for the same seed."""
    chance = random.Random(seed)
    return [_one(chance) for _ in range(count)]


def _one(chance: random.Random) -> Burst:
    draw = chance.random()
    if draw < 0.08:
        return Claim(*chance.choice(SIZES))
    if draw < 0.14:
        return Stall(chance.randint(1, 20))
    if draw < 0.2:
        return Rest()
    return Send("".join(_part(chance) for _ in range(chance.randint(1, 8))).encode())


def _part(chance: random.Random) -> str:
    draw = chance.random()
    if draw < 0.45:
        return chance.choice(ANSWERED_TOO_OFTEN)
    if draw < 0.8:
        key = chance.choice(LEADING if draw < 0.7 else KEYS)
        return _NAMED.get(key, key if len(key) == 1 else "")
    if draw < 0.95:
        # A double click, or one of four.
        at = f"{chance.randint(1, 80)};{chance.randint(1, 24)}"
        return f"\x1b[<0;{at}M\x1b[<0;{at}m" * chance.choice((1, 2, 2, 4))
    # Where a screen takes no text, a paste is keys.
    text = "".join(c for c in chance.choice(TEXTS) if c.isprintable() and c != "q")
    return f"\x1b[200~{text}\x1b[201~"
