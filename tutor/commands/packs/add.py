"""``dl-tutor packs add``: check a pack, then copy it to the learner's packs."""

from __future__ import annotations

import argparse
from pathlib import Path

from tutor.commands.console.printing import answer, tell
from tutor.course.lessons.lesson import LessonError
from tutor.course.packs.contents import PackRefused, read_contents
from tutor.course.packs.installed import CannotKeep, learners_folder, put_in_place, shipped_packs, staged, system_packs
from tutor.course.packs.manifest import Pack, packs_in, read_pack
from tutor.course.record.progress import state_folder
from tutor.course.words.similar_names import did_you_mean
from tutor.resources import system_pack_folders

ADDED, REFUSED, WRONG_INPUT = 0, 1, 2
MOST_TOLD = 20


def run(args: argparse.Namespace) -> int:
    """Add the pack ``args.pack``: a folder, a .zip, or the id of a shipped pack. Returns 0 if it was added, 1 if it has
    faults, 2 if there is no such pack or it cannot be read or written.
    """
    packs = system_pack_folders()[0] if args.for_all else learners_folder(state_folder(args.state))
    given, shipped = _source(args.pack)
    try:
        contents = read_contents(given)
        with staged(contents, packs) as folder:
            return _checked_and_added(folder, given, proved=shipped, for_all=args.for_all)
    except (PackRefused, CannotKeep) as error:
        tell(f"{error}{_shipped_like(args.pack)}")
        return WRONG_INPUT


def _source(name: str) -> tuple[Path, bool]:
    """The folder or file, and whether it is a pack that ships."""
    shipped = {pack.id: pack.folder for pack in shipped_packs()}
    if name in shipped and "/" not in name:
        return shipped[name], True
    return Path(name), False


def _shipped_like(name: str) -> str:
    """A shipped pack that may have been meant by a name that is no file's."""
    try:
        is_there = Path(name).exists()
    except (OSError, ValueError):
        is_there = False
    return "" if is_there else did_you_mean(name, [pack.id for pack in shipped_packs()])


def _checked_and_added(folder: Path, given: Path, *, proved: bool, for_all: bool) -> int:
    """``proved``: the tests of this program have done so."""
    try:
        pack = read_pack(folder)
    except LessonError as error:
        tell(_at_source(str(error), folder, given))
        return REFUSED
    if not for_all and any(each.id == pack.id for each in system_packs()):
        tell(f"the administrator of this machine has put a pack {pack.id!r} here for all users; it is there already")
        return REFUSED
    if not proved and (faults := _faults(pack)):
        for fault in faults[:MOST_TOLD]:
            tell(_at_source(fault, folder, given))
        if len(faults) > MOST_TOLD:
            tell(f"{len(faults) - MOST_TOLD} more faults")
        tell(f"{given} was not added")
        return REFUSED
    before = next((each for each in packs_in(folder.parent, []) if each.id == pack.id), None)
    put_in_place(folder, pack.id, for_all=for_all)
    in_place_of = "" if before is None else f", in place of version {before.version}"
    first = _first_lesson(folder.with_name(pack.id))
    answer(f"{pack.title}, version {pack.version}, is added{in_place_of}. dl-tutor learn {first}")
    return ADDED


def _faults(pack: Pack) -> tuple[str, ...]:
    from tutor.practice.packs.check import check_pack

    return check_pack(pack).faults


def _first_lesson(folder: Path) -> str:
    from tutor.course.lessons.own_lessons import read_lessons
    from tutor.resources import lessons_folder

    summaries = read_lessons(lessons_folder(), (folder,)).summaries
    return next((each.id for each in summaries if each.collection is not None), folder.name)


def _at_source(fault: str, folder: Path, given: Path) -> str:
    """The fault with the file as whoever adds the pack knows it."""
    return fault.replace(str(folder), str(given))
