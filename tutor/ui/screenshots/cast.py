"""An asciinema cast: what a terminal is sent, and when, in lines of JSON.

The format is asciicast, version 2: https://docs.asciinema.org/manual/asciicast/v2
"""

from __future__ import annotations

import json
from collections.abc import Iterable

BEGIN = "\x1b[?25l\x1b[2J"
"""Hides the cursor and clears the screen."""


def cast_of(frames: Iterable[tuple[float, str]], width: int, height: int, title: str) -> bytes:
    """The file of frames: each a time in seconds and the text that a terminal of this size is sent then.

    There is no date in it: the same frames are the same bytes.
    """
    header = {"version": 2, "width": width, "height": height, "title": title, "env": {"TERM": "xterm-256color"}}
    lines: list[object] = [header, [0.0, "o", BEGIN]]
    lines += [[round(seconds, 3), "o", text] for seconds, text in frames]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
