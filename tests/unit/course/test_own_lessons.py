"""Lessons of one's own beside those that ship: which of them there are, and how they are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.course.lesson_files import MARKDOWN, TOML, line_of
from tutor.course.lessons.finding import UnknownLesson, find_available, find_lesson
from tutor.course.lessons.glossary import entries_for
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.lesson_path import LessonPath, NotALesson, folder_named_by, parse_lesson_path
from tutor.course.lessons.own_lessons import ids_taken, read_lessons
from tutor.resources import own_lesson_folders


def write(folder: Path, lesson_id: str, number: int, toml: str = TOML) -> Path:
    folder.mkdir(parents=True)
    text = toml.replace('id = "sums"', f'id = "{lesson_id}"').replace("number = 3", f"number = {number}")
    (folder / "lesson.toml").write_text(text, encoding="utf-8")
    (folder / "lesson.md").write_text(MARKDOWN, encoding="utf-8")
    return folder


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """Lessons 1 first and 2 second."""
    write(tmp_path / "shipped" / "01_first", "first", 1)
    write(tmp_path / "shipped" / "02_second", "second", 2)
    return tmp_path / "shipped"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lessons 2 my-second and 50 extra, in the folder ``mine`` of the folder that the test is in."""
    # Two folders down: beside the one that the test is in others may have lessons.
    here = tmp_path / "home" / "me"
    write(here / "mine" / "b_lesson", "my-second", 2)
    write(here / "mine" / "a_lesson", "extra", 50)
    monkeypatch.chdir(here)
    return here / "mine"


def ids(shipped: Path, *own: Path) -> list[str]:
    return [summary.id for summary in read_lessons(shipped, own).summaries]


# Which there are


def test_the_shipped_ones_come_first_then_each_folder_by_number(shipped: Path, mine: Path, tmp_path: Path) -> None:
    alone = write(tmp_path / "else" / "alone", "alone", 1)
    found = read_lessons(shipped, (mine, alone))
    assert [summary.id for summary in found.summaries] == ["first", "second", "my-second", "extra", "alone"]
    names = [summary.collection.name if summary.collection else None for summary in found.summaries]
    assert names == [None, None, "mine", "mine", "alone"]
    assert found.faults == ()


def test_a_folder_that_is_named_twice_or_with_one_of_its_lessons_is_there_once(shipped: Path, mine: Path) -> None:
    assert ids(shipped, mine, mine / ".." / "mine", mine / "a_lesson") == ["first", "second", "my-second", "extra"]
    assert ids(shipped, shipped) == ["first", "second"]


def test_two_folders_of_one_name_are_told_apart_by_their_paths(shipped: Path, mine: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "else" / "mine" / "c", "other", 9).parent
    found = read_lessons(shipped, (mine, other)).summaries
    assert {s.collection.name for s in found if s.collection} == {str(mine), str(other)}


def test_a_fault_in_one_of_them_is_told_and_all_others_are_there(shipped: Path, mine: Path) -> None:
    toml = mine / "b_lesson" / "lesson.toml"
    toml.write_text(toml.read_text().replace("number = 2", 'number = "two"'), encoding="utf-8")
    found = read_lessons(shipped, (mine,))
    assert [summary.id for summary in found.summaries] == ["first", "second", "extra"]
    assert [str(fault) for fault in found.faults] == [f"{toml}:2: a lesson has a number from 1 to 9999"]
    (shipped / "01_first" / "lesson.toml").write_text("id = 1\n", encoding="utf-8")
    with pytest.raises(LessonError, match="01_first"):
        read_lessons(shipped, (mine,))


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "reason"),
    [
        ("lesson.toml", 'say = "b is part of z." }]', 'say = "b is part', 'say = "b is part', ""),
        ("lesson.toml", 'id = "the-output"', 'id = "output"', None, "but step 2 of lesson.toml is 'output'"),
        ("lesson.md", "## The output", "## An output", "## An output", "but step 2 of lesson.toml is 'the-output'"),
        ("lesson.toml", 'lab = "neuron"', 'lab = "nowhere"', 'lab = "nowhere"', "there is no lab 'nowhere'"),
        ("lesson.toml", "tolerance = 0.005", "tolerance = -1", "tolerance = -1", "tolerance"),
    ],
)  # fmt: skip
def test_a_fault_at_the_end_of_one_of_them_is_told_in_the_list(
    shipped: Path, mine: Path, file: str, old: str, new: str, line: str | None, reason: str
) -> None:
    text = (mine / "b_lesson" / file).read_text(encoding="utf-8")
    assert old in text
    (mine / "b_lesson" / file).write_text(text.replace(old, new), encoding="utf-8")
    found = read_lessons(shipped, (mine,))
    assert [summary.id for summary in found.summaries] == ["first", "second", "extra"]
    (fault,) = found.faults
    # A step that does not fit its section is told at the section.
    said_at = mine / "b_lesson" / ("lesson.md" if "lesson.toml is" in reason else file)
    wanted = line_of(said_at, line if line is not None else "## The output")
    assert str(fault).startswith(f"{said_at}:{wanted}: ")
    assert reason in fault.reason


def test_a_fault_in_a_step_of_a_shipped_lesson_is_told_where_it_opens(shipped: Path) -> None:
    toml = shipped / "01_first" / "lesson.toml"
    toml.write_text(toml.read_text().replace('id = "the-output"', 'id = "output"'), encoding="utf-8")
    assert ids(shipped) == ["first", "second"], "the list is there at once: the steps are not read"


def test_an_id_that_is_taken_names_both_files_and_its_line(shipped: Path, mine: Path) -> None:
    clash = write(mine / "c", "second", 7, f"# mine\n{TOML}")
    found = read_lessons(shipped, (mine,))
    assert [summary.folder for summary in found.summaries if summary.id == "second"] == [shipped / "02_second"]
    line = (clash / "lesson.toml").read_text().splitlines().index('id = "second"') + 1
    said = f"{clash / 'lesson.toml'}:{line}: the id 'second' is taken by {shipped / '02_second' / 'lesson.toml'}"
    assert found.notices == (f"{said}; give it another",)
    assert [str(fault) for fault in ids_taken((mine,), shipped)] == [f"{said}; give it another"]
    assert ids_taken((shipped,), shipped) == ()


@pytest.mark.parametrize("make", [lambda f: None, lambda f: f.mkdir(), lambda f: f.write_text("")])
def test_a_folder_without_lessons_says_so(shipped: Path, tmp_path: Path, make: object) -> None:
    folder = tmp_path / "empty"
    make(folder)  # type: ignore[operator]
    found = read_lessons(shipped, (folder,))
    assert len(found.summaries) == 2
    assert len(found.notices) == 1
    assert found.notices[0].startswith(f"{folder}:1: there is no ")


def test_of_many_faults_the_first_are_told(shipped: Path, tmp_path: Path) -> None:
    for number in range(9):
        write(tmp_path / "many" / f"{number}", "first", 1)
    *told, more = read_lessons(shipped, (tmp_path / "many",)).notices
    assert len(told) == 3
    assert more == "6 more faults in these lessons: dl-tutor check-lessons lists them."


def test_the_environment_names_more_folders() -> None:
    given = (Path("a"),)
    assert own_lesson_folders(given, {}) == given
    assert own_lesson_folders(given, {"DL_TUTOR_LESSONS": "/b:: :c"}) == (Path("a"), Path("/b"), Path("c"))


def test_their_glossaries_are_one(shipped: Path, mine: Path) -> None:
    (shipped / "glossary.md").write_text("## Bias\n\nAdded.\nLesson: first\n", encoding="utf-8")
    (mine / "glossary.md").write_text("## Axon\n\nA fibre.\nLesson: extra\n", encoding="utf-8")
    assert [entry.term for entry in entries_for(read_lessons(shipped, (mine,)).summaries)] == ["Axon", "Bias"]
    (mine / "glossary.md").write_text("## Axon\n\nA fibre.\n", encoding="utf-8")
    found = read_lessons(shipped, (mine,))
    assert [entry.term for entry in entries_for(found.summaries)] == ["Bias"]
    assert "glossary.md:1: 'Axon' does not end with" in found.notices[0]


# What they are called


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("second", "second"), ("2", "second"), ("my-second", "my-second"), ("50", "extra"), ("mine/2", "my-second"),
        ("mine/my-second", "my-second"), ("mine/b_lesson", "my-second"), ("mine/050", "extra"),
    ],
)  # fmt: skip
def test_a_number_is_first_that_of_a_shipped_lesson(shipped: Path, mine: Path, name: str, found: str) -> None:
    assert find_lesson(name, read_lessons(shipped, (mine,)).summaries).id == found


def test_by_the_path_of_its_folder(shipped: Path, mine: Path) -> None:
    lessons = read_lessons(shipped, (Path("mine"),)).summaries
    assert find_lesson(str(mine / "b_lesson"), lessons).id == "my-second"
    assert find_lesson(f"{mine}/50", lessons).id == "extra"
    assert find_lesson(str(shipped / "02_second"), lessons).id == "second"
    for name in ("mine/first", f"{mine}/first", "yours/2", "mine/", "/", "mine/2/2", f"{mine}/\0", "/" * 9000):
        with pytest.raises(UnknownLesson, match=r"[Tt]here are 1 first, 2 second, 2 my-second \(in mine\), 50 extra"):
            find_lesson(name, lessons)


def test_a_lesson_that_cannot_be_read_is_asked_for(shipped: Path, mine: Path) -> None:
    (mine / "b_lesson" / "lesson.toml").write_text("id = 3\n", encoding="utf-8")
    fault = f"{mine / 'b_lesson' / 'lesson.toml'}:1: 'id' is a text"
    lessons = read_lessons(shipped, (mine,))
    with pytest.raises(UnknownLesson) as by_path:
        find_available(str(mine / "b_lesson"), lessons)
    assert str(by_path.value) == fault
    with pytest.raises(UnknownLesson) as by_id:
        find_available("my-second", lessons)
    assert str(by_id.value).endswith(f"50 extra (in mine)\n{fault}")


@pytest.mark.parametrize(
    ("text", "lesson", "step", "folder"),
    [
        ("first", "first", None, None),
        ("nowhere", "nowhere", None, None),
        ("", "", None, None),
        ("first/2", "first", "2", None),
        ("first/", "first", None, None),
        ("nowhere/2", "nowhere/2", None, None),
        ("mine/b_lesson", "{here}/mine/b_lesson", None, "mine/b_lesson"),
        ("./mine/b_lesson", "{here}/mine/b_lesson", None, "mine/b_lesson"),
        ("{here}/mine/b_lesson", "{here}/mine/b_lesson", None, "{here}/mine/b_lesson"),
        ("mine/b_lesson/2", "{here}/mine/b_lesson", "2", "mine/b_lesson"),
        ("mine/b_lesson/the-sum", "{here}/mine/b_lesson", "the-sum", "mine/b_lesson"),
        ("mine/50", "{here}/mine/50", None, "mine"),
        ("mine/extra/2", "{here}/mine/extra", "2", "mine"),
        ("lone", "{here}/lone", None, "lone"),
        ("first/lesson", "{here}/first/lesson", None, "first/lesson"),
    ],
)  # fmt: skip
def test_a_path_that_leads_to_a_lesson_comes_first(
    mine: Path, text: str, lesson: str, step: str | None, folder: str | None
) -> None:
    here = mine.parent
    write(here / "lone", "lone", 9)
    # A folder that is called as a shipped lesson, with a lesson in it.
    write(here / "first" / "lesson", "inside", 9)
    asked = parse_lesson_path(text.format(here=here), lambda name: name == "first")
    assert asked == LessonPath(
        lesson.format(here=here), step, None if folder is None else Path(folder.format(here=here))
    )
    if folder is not None:
        assert folder_named_by(text.format(here=here)) == Path(folder.format(here=here))


def test_in_the_folder_of_a_lesson(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine / "b_lesson")
    here = str(mine / "b_lesson")
    assert parse_lesson_path(".", lambda name: False) == LessonPath(here, None, Path())
    assert parse_lesson_path("./2", lambda name: False) == LessonPath(here, "2", Path())
    assert parse_lesson_path("first", lambda name: True) == LessonPath("first")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mine", "mine is a folder of lessons; expected one of them: mine/a_lesson, mine/b_lesson"),
        ("./mine", "./mine is a folder of lessons; expected one of them: mine/a_lesson, mine/b_lesson"),
        ("{here}/nowhere", "there is no {here}/nowhere; expected the id or number of a lesson, or a folder with"),
        ("./nowhere", "there is no ./nowhere; expected the id or number"),
        ("/" + 5000 * "x", "; expected the id or number"),
        ("bare", "bare is not a lesson: there is no lesson.toml in it; expected the id or number"),
        ("mine/b_lesson/lesson.md", "mine/b_lesson/lesson.md is not a lesson: there is no lesson.toml in it"),
        ("bare/2", "there is no bare/2; expected"),
        ("{here}/\0", "; expected the id or number"),
    ],
)  # fmt: skip
def test_a_path_that_is_no_lesson_says_what_was_expected(mine: Path, text: str, said: str) -> None:
    (mine.parent / "bare").mkdir()
    with pytest.raises(NotALesson) as error:
        parse_lesson_path(text.format(here=mine.parent), lambda name: False)
    assert said.format(here=mine.parent) in str(error.value)
