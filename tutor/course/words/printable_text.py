"""Remove control sequences from texts for a terminal. Both faces and every error message use this."""

from __future__ import annotations

import unicodedata

# Control (C0, DEL, C1), format (including changes of the writing direction), surrogate, line and paragraph ends.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def printable(text: str) -> str:
    """``text`` without control characters, such as escape sequences, and without changes of the writing direction.

    Line ends stay, and tabs become spaces.

    >>> printable("red \\x1b[31mlabel\\x07")
    'red [31mlabel'
    """
    # Python calls nothing printable that is removed here.
    if text.replace("\n", "").isprintable():
        return text
    return "".join(" " if c == "\t" else c for c in text if c in "\t\n" or unicodedata.category(c) not in _UNSEEN)
