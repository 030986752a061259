"""Paths of the lessons, the exercises and the data: inside the package in a wheel, beside it in a checkout."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

OWN_LESSONS = "DL_TUTOR_LESSONS"
"""The environment variable with folders of the user's own lessons, separated as in PATH."""

SYSTEM_PACKS, USUAL_SYSTEM_PACKS = "DL_TUTOR_PACKS", "/usr/local/share/dl-tutor/packs"
"""The environment variable with folders of packs for all users, separated as in PATH, and the folder without it."""

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def lessons_folder() -> Path:
    """The folder with one subfolder for each lesson."""
    return _folder("lessons")


def studio_folder() -> Path:
    """The folder with the views of the studio, in the form of a lesson."""
    return _PACKAGE / "studio" / "views"


def exercises_folder() -> Path:
    """The folder with one subfolder for each exercise."""
    return _folder("exercises")


def own_lesson_folders(given: Sequence[Path] = (), environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The folders of the user's own lessons: those ``given``, then those from the environment."""
    named = environment.get(OWN_LESSONS, "").split(os.pathsep)
    return (*given, *(Path(folder) for folder in named if folder.strip()))


def shipped_packs_folder() -> Path:
    """The folder with one subfolder for each shipped pack, which learners add by name."""
    return _folder("packs")


def system_pack_folders(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The folders of packs for all users of this machine: those from the environment, else the usual one."""
    named = [folder for folder in environment.get(SYSTEM_PACKS, "").split(os.pathsep) if folder.strip()]
    return tuple(map(Path, named or [USUAL_SYSTEM_PACKS]))


def data_folder() -> Path:
    """The folder of the shipped data, with one subfolder each: ``shapes`` and others."""
    return _folder("data")
