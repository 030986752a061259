"""What of a text a terminal may be given: letters, never orders. Both faces and every error go through here."""

from __future__ import annotations

import unicodedata

# Control (C0, DEL, C1), format (among them what turns the direction of writing), surrogate, line and paragraph ends.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def printable(text: str) -> str:
    """``text`` without control characters, such as escape sequences, and without those that turn the writing round.

    Line ends stay, and tabs become spaces.

    >>> printable("red \\x1b[31mlabel\\x07")
    'red [31mlabel'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if c == "\t" else c for c in text if c in "\t\n" or unicodedata.category(c) not in _UNSEEN)
