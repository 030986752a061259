"""Enter ``--restricted`` mode, before a learner can do anything."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tutor.sandbox.environment import is_isolated, start_isolated
from tutor.training.worker.launcher import WorkerLauncher


def enter_restriction(
    state: Path | None, own_lessons: Sequence[Path] = (), lesson: str | None = None
) -> WorkerLauncher:
    """Restrict this process permanently; return the launcher of what it needs beside it.

    The process can still read the folders ``own_lessons``, and the one in ``lesson`` if that is a path.

    The first call does not return: it restarts the interpreter with a clean environment and none of the learner's
    folders on its path. The order matters: the launcher starts before the restriction, so that it is not restricted;
    the restriction comes before the first thread.
    """
    if not is_isolated():
        start_isolated(sys.argv[1:])
    launcher = WorkerLauncher(os.environ)
    from tutor.course.lessons.lesson_path import folder_named_by
    from tutor.course.record.progress import state_folder
    from tutor.private_files import make_private_folder
    from tutor.sandbox.restriction import restrict

    folder = state_folder(state)
    # The kernel takes only paths that exist; if the folder cannot be created, the progress reports it.
    try:
        make_private_folder(folder)
        writable = [folder]
    except OSError:
        writable = []
    named = folder_named_by(lesson) if lesson else None
    restrict(writable, own_lessons if named is None else (*own_lessons, named))
    return launcher
