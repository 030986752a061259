"""The folders that ``--lessons`` named, before the command or after it."""

from __future__ import annotations

import argparse
from pathlib import Path


def named_lesson_folders(given: argparse.Namespace) -> tuple[Path, ...]:
    """The folders in the order in which they stand on the command line; none where nothing was named."""
    before, after = getattr(given, "lessons", None), getattr(given, "lessons_after", None)
    return (*(before or ()), *(after or ()))
