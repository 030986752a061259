"""Split the bytes from a terminal into text to parse, pastes and replies, whatever the other end sends."""

from __future__ import annotations

from codecs import getincrementaldecoder
from dataclasses import dataclass

from tutor.ui.terminal.frames_in_flight import ANSWER

PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"
LONGEST_PASTE = 10_000
"""Characters; the fields of this program take a number or a few words."""
PASTE_ABANDONED = 2.0
"""Seconds without a byte after which an unterminated paste ends."""
ESCAPE_HELD = 0.1
"""The most seconds to wait for the rest of a paste marker."""


@dataclass(frozen=True)
class Typed:
    """Text outside pastes; ``ended``: nothing that could belong to it follows."""

    text: str
    ended: bool = False


@dataclass(frozen=True)
class Pasted:
    """A paste, truncated to ``LONGEST_PASTE``."""

    text: str


@dataclass(frozen=True)
class Answered:
    """The terminal's reply to a status query."""


Part = Typed | Pasted | Answered


class TerminalInput:
    """Takes bytes and their arrival time (seconds of a monotonic clock); returns their parts. Never raises."""

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._held = ""
        self._paste: list[str] | None = None
        self._length = 0
        self._last = 0.0

    @property
    def expects_more(self) -> bool:
        """Whether a paste or a marker is incomplete; ``tick`` must then be called for its timeout."""
        return self._paste is not None or bool(self._held)

    def feed(self, data: bytes, now: float) -> list[Part]:
        """The parts of ``data``, in order."""
        text, self._held, self._last = self._held + self._decode(data), "", now
        found: list[Part] = []
        while text:
            marks = (PASTE_BEGINS, ANSWER) if self._paste is None else (PASTE_ENDS,)
            before, seen, after = _at_first(text, marks)
            if not seen:
                kept = max(_beginning(before, mark) for mark in marks)
                before, self._held = before[: len(before) - kept], before[len(before) - kept :]
            if self._paste is None:
                if before:
                    found.append(Typed(before))
                if seen == ANSWER:
                    found.append(Answered())
                elif seen:
                    self._paste, self._length = [], 0
            else:
                self._add(before)
                if seen:
                    found.append(self._end_paste())
            text = after
        return found

    def tick(self, now: float) -> list[Part]:
        """The parts that end by timeout."""
        if self._paste is not None:
            return [self._end_paste()] if now - self._last >= PASTE_ABANDONED else []
        if self._held and now - self._last >= ESCAPE_HELD:
            held, self._held = self._held, ""
            return [Typed(held, ended=True)]
        return []

    def _add(self, text: str) -> None:
        room = LONGEST_PASTE - self._length
        if text and room > 0 and self._paste is not None:
            self._paste.append(text[:room])
            self._length += min(len(text), room)

    def _end_paste(self) -> Pasted:
        pasted = "".join(self._paste or ())
        self._paste = None
        return Pasted(pasted.replace("\x00", ""))


def _at_first(text: str, marks: tuple[str, ...]) -> tuple[str, str, str]:
    """``text`` before the first of the markers, that marker, and the rest, like ``str.partition``."""
    found = [(place, mark) for mark in marks if (place := text.find(mark)) >= 0]
    return text.partition(min(found)[1]) if found else (text, "", "")


def _beginning(text: str, mark: str) -> int:
    """How many characters at the end of ``text`` may be the beginning of ``mark``."""
    return next((n for n in range(min(len(mark) - 1, len(text)), 0, -1) if mark.startswith(text[-n:])), 0)
