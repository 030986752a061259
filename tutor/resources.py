"""Where the lessons and the data are: inside the package in a wheel, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def lessons_folder() -> Path:
    """The folder that holds one folder for each lesson."""
    return _folder("lessons")


def data_folder() -> Path:
    """The folder of the data that ships: ``shapes`` and others, one folder each."""
    return _folder("data")
