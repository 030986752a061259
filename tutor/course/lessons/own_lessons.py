"""The lessons available in a session: the shipped ones, then those in the user's own folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tutor.course.lessons.glossary import load_glossary
from tutor.course.lessons.lesson import LessonCollection, LessonError, LessonSummary
from tutor.course.lessons.loader import IdTaken, id_taken, lesson_folders, load_lesson, read_summaries, read_summary
from tutor.course.lessons.text_file import read_text_file
from tutor.course.lessons.toml_lines import TomlLines
from tutor.course.packs.manifest import LESSONS, is_pack, read_pack

MOST_TOLD = 3
"""How many faults are reported one by one; ``dl-tutor check-lessons`` lists all of them."""


@dataclass(frozen=True)
class AvailableLessons:
    """The shipped lessons first, then those of each folder by number, and the faults in these folders.

    A lesson with a fault is left out.
    """

    summaries: tuple[LessonSummary, ...]
    faults: tuple[LessonError, ...] = ()

    @property
    def notices(self) -> tuple[str, ...]:
        """The first faults and the number of the others, to show when a session starts."""
        told, more = tuple(map(str, self.faults[:MOST_TOLD])), len(self.faults) - MOST_TOLD
        return (*told, f"{more} more faults in these lessons: dl-tutor check-lessons lists them.") if more > 0 else told


def read_lessons(shipped: Path, own: Sequence[Path] = ()) -> AvailableLessons:
    """The lessons in ``shipped`` and in each of the folders ``own``: folders of lessons, or of a single lesson.

    A folder with a ``pack.toml`` is a pack: the ids of its lessons begin with its own. Raises ``LessonError`` for a
    fault in the shipped lessons only; faults in the other folders are part of the result.
    """
    summaries = list(read_summaries(shipped))
    if not own:
        return AvailableLessons(tuple(summaries))
    faults: list[LessonError] = []
    for collection in _collections(own, faults):
        for found in _read_collection(collection, faults):
            here = found.folder.resolve()
            if any(here == known.folder.resolve() for known in summaries):
                continue
            taken = next((known for known in summaries if known.id == found.id), None)
            if taken is None:
                summaries.append(found)
            else:
                faults.append(id_taken(found, taken))
    # A lesson may be given both by itself and with its folder.
    return AvailableLessons(tuple(summaries), tuple({str(fault): fault for fault in faults}.values()))


def ids_taken(folders: Sequence[Path], shipped: Path) -> tuple[LessonError, ...]:
    """Errors for lessons in these folders whose id another one of them, or a ``shipped`` one, has."""
    return tuple(fault for fault in read_lessons(shipped, folders).faults if isinstance(fault, IdTaken))


def pack_folders_of(summaries: Sequence[LessonSummary]) -> tuple[Path, ...]:
    """The folders of the packs that these lessons are from, each once."""
    packs = (one.collection for one in summaries if one.collection is not None and one.collection.is_pack)
    return tuple(dict.fromkeys(pack.folder for pack in packs))


def read_tolerantly(
    folder: Path, faults: list[LessonError], read: Callable[[Path], LessonSummary] = read_summary
) -> tuple[LessonSummary, ...]:
    """The lessons below ``folder`` that ``read`` can read, by number; appends errors for the others to ``faults``."""
    found = []
    try:
        folders = lesson_folders(folder)
    except LessonError as error:
        faults.append(error)
        return ()
    for one in folders:
        try:
            found.append(read(one))
        except LessonError as error:
            faults.append(error)
    return tuple(sorted(found, key=lambda summary: summary.number))


def _read_whole(folder: Path) -> LessonSummary:
    """The summary of a lesson after reading all of it and finding its lab. Raises ``LessonError``.

    A user's own lessons are unchecked and few: the list reports their faults, not only the opening.
    """
    # This imports NumPy, which the home screen does not need without own lessons.
    from tutor.labs.catalog import UnknownLab, lab_class

    lesson = load_lesson(folder)
    try:
        lab_class(lesson.lab)
    except UnknownLab as error:
        toml = folder / "lesson.toml"
        line = TomlLines(read_text_file(toml, folder.parent)).find((), "lab")
        raise LessonError(toml, line, str(error)) from error
    return LessonSummary(lesson.id, lesson.number, lesson.title, lesson.summary, lesson.outline, folder)


def _read_collection(collection: LessonCollection, faults: list[LessonError]) -> Iterator[LessonSummary]:
    before = len(faults)
    if collection.is_pack:
        # Its lessons were checked as it was added.
        found = read_tolerantly(collection.folder / LESSONS, faults)
        found = tuple(replace(each, id=f"{collection.name}/{each.id}") for each in found)
    else:
        found = read_tolerantly(collection.folder, faults, _read_whole)
    if not found and len(faults) == before:
        reason = "there is no lesson here: a lesson is a folder with a lesson.toml"
        faults.append(LessonError(collection.folder, 1, reason))
    if found:
        try:
            load_glossary(collection.folder)
        except LessonError as error:
            faults.append(error)
    for summary in found:
        yield replace(summary, collection=collection)


def _collections(folders: Sequence[Path], faults: list[LessonError]) -> Iterator[LessonCollection]:
    """Each folder once, under its name; folders with the same name go by the given paths, packs by their ids."""
    once: dict[Path, Path] = {}
    for folder in folders:
        once.setdefault(folder.resolve(), folder)
    names, packs = [resolved.name for resolved in once], set[str]()
    for resolved, folder in once.items():
        if is_pack(folder):
            try:
                pack = read_pack(folder)
            except LessonError as error:
                faults.append(error)
                continue
            # A pack may be given while it is among those added.
            if pack.id not in packs:
                packs.add(pack.id)
                yield LessonCollection(pack.id, folder, pack.title, pack.summary)
        else:
            name = resolved.name if resolved.name and names.count(resolved.name) == 1 else str(folder)
            yield LessonCollection(name, folder)
