"""The folders of lessons beside the shipped ones: given by ``--lessons``, by the environment, and of packs."""

from __future__ import annotations

import argparse
from pathlib import Path

from tutor.course.packs.installed import pack_folders
from tutor.course.record.progress import state_folder
from tutor.resources import own_lesson_folders


def named_lesson_folders(given: argparse.Namespace) -> tuple[Path, ...]:
    """The folders in the order of the command line; empty if there are none."""
    before, after = getattr(given, "lessons", None), getattr(given, "lessons_after", None)
    return (*(before or ()), *(after or ()))


def folders_beside_the_shipped(given: argparse.Namespace) -> tuple[Path, ...]:
    """The user's own folders of lessons, then the packs; in a restricted session only those of the administrator."""
    own = own_lesson_folders(named_lesson_folders(given))
    return (
        *own,
        *pack_folders(state_folder(getattr(given, "state", None)), restricted=getattr(given, "restricted", False)),
    )
