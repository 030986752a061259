"""Packs that somebody made to do harm, each with the command that is given it."""

from __future__ import annotations

import stat
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.e2e.bad_files import HOSTILE_NAME, Bad
from tests.unit.course.packs.made_packs import EXERCISE, pack_texts, write_pack, zip_pack

Change = Callable[[zipfile.ZipFile], None]


def _linked(name: str, target: str) -> Change:
    def change(archive: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo(name)
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, target)

    return change


def _with(name: str, data: bytes) -> Change:
    return lambda archive: archive.writestr(name, data)


def bad_packs(folder: Path) -> Iterator[Bad]:
    """For ``packs add``. What is read and does not hold is a 1."""
    sound = pack_texts(exercises=True)
    changes: tuple[tuple[Change, str], ...] = (
        (_with("../../up.md", b"x"), "leads out of the pack"),
        (_with("/etc/cron.d/x", b"x"), "leads out of the pack"),
        (_with("lessons/..\\..\\up/lesson.md", b"x"), "no name in a pack"),
        (_with(f"lessons/{HOSTILE_NAME}/lesson.md", b"x"), "no name in a pack"),
        (_with("exercises/01_double/sitecustomize.py", b"x"), "a pack has no file"),
        (_with("README.md", b"\0" * 500_000_000), "at most 400,000 are read"),
        (_with("README.md", b" " * 400_000), "more than 100 times its size"),
        (_linked("README.md", "/etc/passwd"), "a link or a device"),
        (_linked("lessons/03_linked", "/etc"), "a link or a device"),
        (_with("lessons/03_deep/" + "a/" * 200 + "lesson.md", b"x"), "a pack has no file"),
        (_with("glossary.md", b"\xff"), "is there twice"),
    )
    for number, (change, said) in enumerate(changes):
        file = zip_pack(folder / f"{number}.zip", sound)
        with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings(action="ignore"):
            change(archive)
        yield Bad(("packs", "add", str(file)), said)
    many = zip_pack(folder / "many.zip", {f"lessons/l{number}/lesson.md": b"" for number in range(50_000)})
    yield Bad(("packs", "add", str(many)), "far more than belongs into it")
    (folder / "cut.zip").write_bytes(zip_pack(folder / "whole.zip", sound).read_bytes()[:-30])
    yield Bad(("packs", "add", str(folder / "cut.zip")), "is no .zip that can be read")
    for number, (name, text, said) in enumerate((
        ("pack.toml", "x = " + "[" * 100_000, "nested too deeply"),
        ("lessons/01_sums/lesson.toml", 'id = "' + "a" * 300_000 + '"', "lesson.toml:1: "),
        ("exercises/01_double/solution.py", "(" * 20_000, "this is not Python"),
        ("exercises/01_double/solution.py", _WRITES.format(str(folder / "written")), "solution.py is not right"),
        ("exercises/01_double/exercise.toml", "drawn = 1000000000\n" + EXERCISE, "drawn inputs; an exercise of a pack"),
    )):  # fmt: skip
        made = write_pack(folder / f"pack{number}", sound | {name: text})
        yield Bad(("packs", "add", str(made)), said, 1)


_WRITES = """
def double(x):
    open({0!r}, "w").write("out")
    return 2 * x
"""
