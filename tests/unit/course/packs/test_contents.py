"""What a pack may contain: archives and folders from strangers, refused in a sentence before anything is written."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest

from tests.unit.course.packs.made_packs import pack_texts, write_pack, zip_pack
from tutor.course.packs import contents
from tutor.course.packs.contents import PackRefused, read_contents

SOUND = pack_texts(exercises=True)


@pytest.mark.parametrize("within", ["", "of-use/", "of-use-main/"])
def test_an_archive_has_the_same_texts_as_the_folder(within: str, tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "pack", SOUND)
    assert read_contents(folder) == SOUND
    assert read_contents(zip_pack(tmp_path / "pack.zip", SOUND, within)) == SOUND


def test_texts_in_other_languages_belong_to_a_lesson(tmp_path: Path) -> None:
    more = {f"lessons/01_sums/{name}": "x" for name in ("lesson.de.md", "lesson.de.toml", "translations.walk")}
    assert read_contents(write_pack(tmp_path / "pack", SOUND | more)) == SOUND | more
    with pytest.raises(PackRefused, match="a pack has no file"):
        read_contents(zip_pack(tmp_path / "a.zip", SOUND | {"lessons/01_sums/lesson.de.py": "x"}))


def test_hidden_files_and_those_of_a_mac_are_left_out(tmp_path: Path) -> None:
    more = {".DS_Store": b"\0", "__MACOSX/._pack.toml": b"\0", "lessons/.git/config": b"\xff"}
    assert read_contents(zip_pack(tmp_path / "a.zip", {**SOUND, **more})) == SOUND
    folder = write_pack(tmp_path / "pack", SOUND)
    (folder / ".git").mkdir()
    (folder / ".git" / "x.bin").write_bytes(b"\0")
    assert read_contents(folder) == SOUND


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("../up.md", b"x", "leads out of the pack"),
        ("lessons/../../up.md", b"x", "leads out of the pack"),
        ("/etc/passwd", b"x", "leads out of the pack"),
        ("C:\\up.md", b"x", "no name in a pack"),
        ("lessons/a b/lesson.md", b"x", "no name in a pack"),
        ("lessons/\x1b[2J/lesson.md", b"x", "no name in a pack"),
        ("lessons/\u202ea/lesson.md", b"x", "no name in a pack"),
        (f"lessons/{'a' * 65}/lesson.md", b"x", "no name in a pack"),
        ("run.sh", b"x", "a pack has no file 'run.sh'"),
        ("lessons/01_sums/deeper/lesson.md", b"x", "a pack has no file"),
        ("lessons/01_sums/helper.py", b"x", "a pack has no file"),
        ("conftest.py", b"x", "a pack has no file"),
        ("exercises/01_double/conftest.py", b"x", "a pack has no file"),
        ("README.md", b"a" * 400_001, "at most 400,000 are read"),
        ("README.md", b" " * 399_999, "unpacks to more than 100 times"),
        ("README.md", b"a\n\xff", "README.md:2: the byte 0xff is not UTF-8 text"),
        ("README.md", b"\0", "there is a zero byte"),
    ],
)
def test_a_file_that_no_pack_has_is_refused(name: str, data: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(PackRefused) as refused:
        read_contents(zip_pack(tmp_path / "a.zip", {**SOUND, name: data}))
    assert said in str(refused.value)
    assert len(str(refused.value)) < 400 + len(str(tmp_path))


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    file = zip_pack(tmp_path / "a.zip", SOUND)
    info = zipfile.ZipInfo("README.md")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(PackRefused, match="is a link or a device; a pack has none"):
        read_contents(file)


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "pack", SOUND)
    (folder / "README.md").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PackRefused, match=r"'README\.md' is a link; a pack has none"):
        read_contents(folder)


def test_a_pipe_in_a_folder_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "pack", SOUND)
    os.mkfifo(folder / "README.md")
    with pytest.raises(PackRefused, match="pipe or a device"):
        read_contents(folder)


def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    file = zip_pack(tmp_path / "a.zip", SOUND)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("pack.toml", "other")
    with pytest.raises(PackRefused, match=r"'pack\.toml' is there twice"):
        read_contents(file)


def test_an_archive_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    """The directory says that a file is shorter than what it unpacks to."""
    file = zip_pack(tmp_path / "a.zip", {**SOUND, "README.md": os.urandom(3000).hex()})
    data = bytearray(file.read_bytes())
    at = data.rfind(b"README.md") - 46 + 24
    assert int.from_bytes(data[at : at + 4], "little") == 6000
    data[at : at + 4] = (10).to_bytes(4, "little")
    file.write_bytes(data)
    with pytest.raises(PackRefused, match=r"damaged|as long as it says"):
        read_contents(file)


def test_an_archive_of_an_unusual_packing_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("pack.toml", SOUND["pack.toml"])
    with pytest.raises(PackRefused, match="packed in an unusual way"):
        read_contents(tmp_path / "a.zip")


def test_too_many_files_and_too_many_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MOST_FILES", len(SOUND) - 1)
    folder = write_pack(tmp_path / "pack", SOUND)
    for given in (folder, zip_pack(tmp_path / "a.zip", SOUND)):
        with pytest.raises(PackRefused, match="is too large: a pack has at most"):
            read_contents(given)
    monkeypatch.setattr(contents, "MOST_FILES", 500)
    monkeypatch.setattr(contents, "MOST_BYTES", sum(map(len, SOUND.values())) - 1)
    with pytest.raises(PackRefused, match="is too large: a pack has at most"):
        read_contents(folder)


def test_an_archive_of_a_great_many_entries_is_refused_by_its_directory(tmp_path: Path) -> None:
    many = {f"lessons/l{number}/lesson.md": b"" for number in range(3000)}
    with pytest.raises(PackRefused, match="far more than belongs into it"):
        read_contents(zip_pack(tmp_path / "a.zip", many))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x" * 1000])
def test_what_is_no_archive(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(PackRefused, match=r"is no \.zip"):
        read_contents(tmp_path / "a.zip")


@pytest.mark.parametrize("name", ["none", "a\0b", "x" * 5000])
def test_a_name_that_is_no_file(name: str, tmp_path: Path) -> None:
    with pytest.raises(PackRefused):
        read_contents(tmp_path / name)


def test_a_folder_without_a_manifest_is_no_pack(tmp_path: Path) -> None:
    write_pack(tmp_path / "pack", {name: text for name, text in SOUND.items() if name != "pack.toml"})
    with pytest.raises(PackRefused, match=r"is no pack: it has no pack\.toml"):
        read_contents(tmp_path / "pack")
