"""The size of a screen that there is only in a file, as ``80x24``."""

from __future__ import annotations

import argparse

MOST_COLUMNS, MOST_ROWS = 300, 100


def screen_size(text: str) -> tuple[int, int]:
    """Columns and rows, from the smallest screen that the lessons need. Raises ``argparse.ArgumentTypeError``."""
    from tutor.ui.terminal.requirements import SMALLEST_HEIGHT, SMALLEST_WIDTH

    columns, _, rows = text.partition("x")
    if not (columns.isdecimal() and rows.isdecimal()):
        raise argparse.ArgumentTypeError(f"expected columns and rows, such as 80x24; got {text!r}")
    size = int(columns), int(rows)
    if not (SMALLEST_WIDTH <= size[0] <= MOST_COLUMNS and SMALLEST_HEIGHT <= size[1] <= MOST_ROWS):
        raise argparse.ArgumentTypeError(
            f"expected {SMALLEST_WIDTH}x{SMALLEST_HEIGHT} to {MOST_COLUMNS}x{MOST_ROWS}; got {text}"
        )
    return size
