from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.course.lesson_files import WriteLesson, line_of
from tutor.course.lessons.check import check_lessons
from tutor.course.lessons.glossary import Entry, find_entries, glossary_faults, load_glossary
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.loader import lesson_folders, load_lesson
from tutor.resources import lessons_folder

GLOSSARY = """# Glossary

Words before the first entry are nobody's.

## Weighted sum

Each input times its weight.

```python
## no heading
```
Lesson: sums/the-sum

## bias

What is added.
Lesson: sums
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "glossary.md").write_text(GLOSSARY, encoding="utf-8")
    return tmp_path / "lessons"


def test_entries_come_by_their_terms(folder: Path) -> None:
    assert load_glossary(folder) == (
        Entry("bias", "What is added.", "sums", None, 14),
        Entry("Weighted sum", "Each input times its weight.\n\n```python\n## no heading\n```", "sums", "the-sum", 5),
    )


def test_no_glossary_has_no_entries(tmp_path: Path) -> None:
    assert load_glossary(tmp_path) == ()


@pytest.mark.parametrize(
    ("old", "new", "at", "reason"),
    [
        ("Lesson: sums\n", "Lessons: sums\n", "## bias", "does not end with a line such as"),
        ("Lesson: sums\n", "Lesson: Su ms\n", "## bias", "does not end with a line such as"),
        ("What is added.\n", "", "## bias", "has no text"),
        ("## bias", "## weighted Sum", "## weighted Sum", "is there already, at line 5"),
    ],
)
def test_a_fault_is_told_with_file_and_line(folder: Path, old: str, new: str, at: str, reason: str) -> None:
    file = folder / "glossary.md"
    file.write_text(GLOSSARY.replace(old, new), encoding="utf-8")
    with pytest.raises(LessonError, match=reason) as caught:
        load_glossary(folder)
    assert (caught.value.file, caught.value.line) == (file, line_of(file, at))
    assert glossary_faults(folder, ()) == [str(caught.value)]


def test_what_is_no_text_is_told(folder: Path) -> None:
    (folder / "glossary.md").write_bytes(b"## \xff")
    with pytest.raises(LessonError, match=r"glossary\.md:1: the byte 0xff is not UTF-8 text"):
        load_glossary(folder)


def test_the_lessons_named_are_checked_where_they_are_there(folder: Path, write_lesson: WriteLesson) -> None:
    write_lesson()
    assert check_lessons(folder).faults == ()
    file = folder / "glossary.md"
    file.write_text(GLOSSARY.replace("sums/the-sum", "sums/the-summ"), encoding="utf-8")
    fault = f"{file}:5: 'Weighted sum' names the step 'the-summ', which sums does not have"
    assert check_lessons(folder).faults == (fault,)
    # Who checks one lesson checks no glossary.
    assert check_lessons(folder / "03_sums").faults == ()
    write_lesson(folder="04_broken", toml="id = 1\n")
    assert [name for name in check_lessons(folder).faults if "glossary" in name] == []


def test_a_lesson_there_is_not_is_a_fault(folder: Path, write_lesson: WriteLesson) -> None:
    write_lesson()
    file = folder / "glossary.md"
    file.write_text(GLOSSARY.replace("Lesson: sums\n", "Lesson: sum\n"), encoding="utf-8")
    assert check_lessons(folder).faults == (f"{file}:14: 'bias' names the lesson 'sum'; there are sums",)


def test_an_entry_fits_beside_the_list(folder: Path, write_lesson: WriteLesson) -> None:
    (folder / "glossary.md").write_text(GLOSSARY.replace("What is", "word " * 100 + "What is"), encoding="utf-8")
    (fault,) = glossary_faults(folder, [load_lesson(write_lesson())])
    assert fault.endswith(":14: 'bias' has 103 words; 100 fit beside the list of terms")


def test_the_terms_that_begin_with_the_words_come_first() -> None:
    entries = [Entry(term, "t", "l") for term in ("Average pooling", "Max pooling", "Pooling", "Mini-batch")]
    assert [e.term for e in find_entries(entries, "pool")] == ["Pooling", "Average pooling", "Max pooling"]
    assert [e.term for e in find_entries(entries, " POOLING max ")] == ["Max pooling"]
    assert find_entries(entries, "") == tuple(entries)
    assert find_entries(entries, "[b]") == ()


def test_the_glossary_that_ships() -> None:
    folder = lessons_folder()
    entries = load_glossary(folder)
    lessons = [load_lesson(lesson) for lesson in lesson_folders(folder)]
    assert glossary_faults(folder, lessons) == []
    terms = {entry.term for entry in entries}
    differences = ("float32", "fused softmax", "epsilon", "gradient clipping", "clipped probabilities")
    differences += ("same padding", "dropout's scaling", "batch or moving statistics")
    assert {f"Keras: {name}" for name in differences} <= terms
    assert len(entries) > 60
