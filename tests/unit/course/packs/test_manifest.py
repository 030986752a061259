"""``pack.toml``: what is read, and what is refused at which line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.course.lessons.lesson import LessonError
from tutor.course.packs.manifest import Pack, is_pack, packs_in, read_pack

SOUND = 'id = "maths-2"\ntitle = "Maths"\nsummary = "Of use."\nversion = "1"\n'


def written(folder: Path, text: str = SOUND) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_manifest_is_read(tmp_path: Path) -> None:
    folder = written(tmp_path, SOUND + 'author = "Ada"\nlicence = "CC BY 4.0"\n')
    pack = read_pack(folder)
    assert pack == Pack("maths-2", "Maths", "Of use.", "1", folder, "Ada", "CC BY 4.0")
    assert pack.within("vectors") == "maths-2/vectors"
    assert is_pack(folder)
    assert not is_pack(folder / "none")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('"maths-2"', '"Maths"', 1, "letters"),
        ('"maths-2"', '"9"', 1, "letters"),
        ('"maths-2"', '"../up"', 1, "letters"),
        ('"maths-2"', '"studio"', 1, "not 'studio'"),
        ('"maths-2"', f'"{"a" * 41}"', 1, "at most 40"),
        ('"Maths"', '"a\\nb"', 2, "'title' is one line of at most 60 characters"),
        ('"Of use."', f'"{"a" * 201}"', 3, "'summary' is one line of at most 200 characters"),
        ('version = "1"\n', "version = 1\n", 4, "'version' is a text"),
        ('version = "1"\n', "", 1, "'version' is missing"),
        ('version = "1"\n', 'version = "1"\nurl = "x"\n', 5, "unknown key 'url'"),
        ("title", "title title", 2, "this is not TOML"),
    ],
)
def test_what_is_refused_says_its_line(old: str, new: str, line: int, said: str, tmp_path: Path) -> None:
    with pytest.raises(LessonError) as refused:
        read_pack(written(tmp_path, SOUND.replace(old, new, 1)))
    assert refused.value.line == line
    assert said in refused.value.reason


def test_a_folder_without_a_manifest_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match=r"a pack needs a pack\.toml; there is none"):
        read_pack(tmp_path)


def test_the_packs_of_a_folder_come_by_id_and_faults_are_told(tmp_path: Path) -> None:
    written(tmp_path / "a", SOUND.replace("maths-2", "zeta"))
    written(tmp_path / "b", SOUND.replace("maths-2", "alpha"))
    written(tmp_path / "c", "id =")
    written(tmp_path / ".half-made")
    faults: list[LessonError] = []
    assert [pack.id for pack in packs_in(tmp_path, faults)] == ["alpha", "zeta"]
    assert [fault.file.parent.name for fault in faults] == ["c"]
