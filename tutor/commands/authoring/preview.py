"""``dl-tutor preview``: show a lesson or an exercise again at each save, with what its check says."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tutor.commands.console.printing import tell
from tutor.course.preview.watched import NothingToPreview, Previewed, previewed
from tutor.course.words.plain_characters import write_ascii

WRONG_INPUT = 2


def run(args: argparse.Namespace) -> int:
    """Show what is in ``args.folder``, on the screen or with ``args.plain`` in lines; 2 if there is nothing to show."""
    try:
        of = previewed(args.folder)
    except NothingToPreview as error:
        tell(error)
        return WRONG_INPUT
    from tutor.ui.terminal.requirements import has_ascii_only, why_no_terminal

    if ascii_only := has_ascii_only(args.ascii):
        write_ascii(sys.stdout, sys.stderr)
    with tempfile.TemporaryDirectory(prefix="dl-tutor-") as folder:
        if args.plain or why_no_terminal() is not None:
            from tutor.plain.preview import run_preview

            return run_preview(of, Path(folder), sys.stdin, sys.stdout)
        return _on_the_screen(of, Path(folder), ascii_only, args.still)


def _on_the_screen(of: Previewed, folder: Path, ascii_only: bool, still: bool) -> int:
    from tutor.commands.learn import PAINTS_A_SECOND

    os.environ.setdefault("TEXTUAL_FPS", PAINTS_A_SECOND)
    from tutor.ui.preview.face import run_preview

    return run_preview(of, folder, ascii_only, still)
