"""What an argument on the command line may be: a number within limits, a folder, a seed or a file."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable
from pathlib import Path

from tutor.language.chosen import NoLanguage, language_code


def seed_or_file(text: str) -> int | Path:
    """A seed, if it is written in digits and names no file."""
    return int(text) if text.isdecimal() and not Path(text).exists() else Path(text)


def existing_folder(text: str) -> Path:
    """A folder that is there."""
    with contextlib.suppress(OSError):
        if Path(text).is_dir():
            return Path(text)
    raise argparse.ArgumentTypeError(f"expected a folder of lessons, or of one lesson; {text!r} is not a folder")


def language(text: str) -> str:
    """The code of a language."""
    try:
        return language_code(text)
    except NoLanguage as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def whole_number(lowest: int) -> Callable[[str], int]:
    """A whole number from ``lowest``."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"expected a whole number, got {text!r}") from None
        if value < lowest:
            raise argparse.ArgumentTypeError(f"expected a whole number from {lowest}, got {value}")
        return value

    return parse


def number(lowest: float, below: float = float("inf")) -> Callable[[str], float]:
    """A number from ``lowest`` to below ``below``."""
    limits = f"from {lowest:g}" if below == float("inf") else f"from {lowest:g} to below {below:g}"

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not lowest <= value < below:
            raise argparse.ArgumentTypeError(f"expected a number {limits}, got {text!r}")
        return value

    return parse
