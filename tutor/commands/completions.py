"""``dl-tutor completions``: print the completion script for a shell."""

from __future__ import annotations

import argparse
from importlib.resources import files

from tutor.commands.console.printing import answer


def run(given: argparse.Namespace) -> int:
    """Print the shipped file for the shell; ``scripts/make_completions.py`` generates it from the parser."""
    answer(completion_text(given.shell).rstrip("\n"))
    return 0


def completion_text(shell: str) -> str:
    """The text of the shipped file for ``shell``."""
    return files("tutor.commands").joinpath("completion_files", f"dl-tutor.{shell}").read_text(encoding="utf-8")
