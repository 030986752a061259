"""``dl-tutor new``: write a small complete lesson or exercise that holds, to be changed into one's own."""

from __future__ import annotations

import argparse
import keyword
import re
import shutil
from pathlib import Path

from tutor.commands.console.printing import answer, tell
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.loader import HIGHEST_NUMBER, read_summaries
from tutor.course.lessons.own_lessons import read_tolerantly
from tutor.course.packs.manifest import is_pack
from tutor.resources import lessons_folder

WRITTEN, WRONG_INPUT = 0, 2
_TEMPLATES = Path(__file__).parent / "templates"
_SUFFIX = ".txt"
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_NAME = 40


def run(args: argparse.Namespace) -> int:
    """Write an ``args.kind``, a lesson or an exercise, called ``args.name`` into the folder ``args.into``.

    In a pack it goes to the pack's lessons or exercises. Returns 0, or 2 for a name or a folder that cannot be used.
    """
    name, kind = args.name, args.kind
    if not _ID.fullmatch(name) or len(name) > _LONGEST_NAME:
        wanted = f"small letters, digits and hyphens, at most {_LONGEST_NAME}, with a letter first"
        tell(f"the name of the {kind} is its id: {wanted}; got {name[:_LONGEST_NAME]!r}")
        return WRONG_INPUT
    function = name.replace("-", "_")
    if keyword.iskeyword(function):
        tell(f"{name!r} is a word of Python, and no function can have it for its name")
        return WRONG_INPUT
    into = args.into / f"{kind}s" if is_pack(args.into) else args.into
    if kind == "lesson" and not is_pack(into.parent) and name in {each.id for each in read_summaries(lessons_folder())}:
        tell(f"a shipped lesson has the id {name!r}, under which progress is saved; choose another name")
        return WRONG_INPUT
    try:
        folder = _folder(into, kind, name)
        values = {
            "ID": name, "TITLE": name.replace("-", " ").capitalize(), "FUNCTION": function,
            "NUMBER": str(_next_number(into)),
        }  # fmt: skip
        _write(kind, folder, values)
    except FileExistsError as error:
        tell(f"{error.filename} is there already, and nothing was written")
        return WRONG_INPUT
    except OSError as error:
        tell(f"{into} cannot be written: {error.strerror or error}")
        return WRONG_INPUT
    answer(f"{folder} is written: a small {kind} that holds. Change it, and see it at each save:")
    answer(f"  dl-tutor preview {folder}")
    return WRITTEN


def _folder(into: Path, kind: str, name: str) -> Path:
    """The folder of the new one, its number before its name as with those that ship."""
    toml = f"{kind}.toml"
    if (into / toml).exists():
        raise FileExistsError(0, "", str(into / toml))
    there = [each for each in into.glob(f"*/{toml}") if _ends_with(each.parent.name, name)]
    if there:
        raise FileExistsError(0, "", str(there[0].parent))
    number = _next_number(into) if kind == "lesson" else len(list(into.glob(f"*/{toml}"))) + 1
    return into / f"{number:02d}_{name.replace('-', '_')}"


def _ends_with(folder: str, name: str) -> bool:
    return folder.lstrip("0123456789").lstrip("_") == name.replace("-", "_")


def _next_number(into: Path) -> int:
    """One more than the largest number of the lessons there."""
    faults: list[LessonError] = []
    numbers = [each.number for each in read_tolerantly(into, faults)]
    return min(max(numbers, default=0) + 1, HIGHEST_NUMBER)


def _write(kind: str, folder: Path, values: dict[str, str]) -> None:
    """Write the files, or nothing at all."""
    folder.mkdir(parents=True)
    try:
        for template in sorted((_TEMPLATES / kind).glob(f"*{_SUFFIX}")):
            text = template.read_text(encoding="utf-8")
            for name, value in values.items():
                text = text.replace(f"@{name}@", value)
            (folder / template.name.removesuffix(_SUFFIX)).write_text(text, encoding="utf-8")
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
