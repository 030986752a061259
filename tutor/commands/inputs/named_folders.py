"""The folders given by ``--lessons``, before or after the command."""

from __future__ import annotations

import argparse
from pathlib import Path


def named_lesson_folders(given: argparse.Namespace) -> tuple[Path, ...]:
    """The folders in the order of the command line; empty if there are none."""
    before, after = getattr(given, "lessons", None), getattr(given, "lessons_after", None)
    return (*(before or ()), *(after or ()))
