from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.unit.course.lesson_files import MARKDOWN, TOML, WriteLesson, line_of
from tutor.course.lessons.lesson import Draw, LessonError, Misconception, Probe
from tutor.course.lessons.loader import lesson_folders, load_lesson, read_summaries, read_summary, step_slug


def test_a_lesson_is_read_whole(write_lesson: WriteLesson) -> None:
    lesson = load_lesson(write_lesson())
    assert (lesson.id, lesson.number, lesson.title, lesson.lab) == ("sums", 3, "Sums", "neuron")
    first, second = lesson.steps
    assert (first.id, first.title) == ("the-sum", "The sum")
    assert first.text == "Each input times its weight, and the bias."
    assert first.show == ("x", "w", "b", "z")
    assert first.hide == ("z",)
    assert first.draw[1] == Draw("w", -2.0, 2.0, 0.5, (0.0,))
    question = first.questions[0]
    assert question.answer == Probe("z")
    assert question.tolerance == 0.005
    assert len(question.hints) == 2
    assert question.misconceptions[0] == Misconception(Probe("z", {"b": 0}), "The bias {b} is missing.")
    assert second.set == {"x": [1, 1], "w": [1, 2], "b": 0}
    assert second.questions[0].answer == Probe("y", {"b": 1}, against="y")
    assert list(second.questions[0].choices) == ["greater", "less", "equal"]
    assert second.questions[0].misconceptions[0].gives == "equal"
    assert lesson.walk.is_file()


def test_a_step_is_named_by_id_or_number(write_lesson: WriteLesson) -> None:
    lesson = load_lesson(write_lesson())
    assert [lesson.position_of(s) for s in ("the-sum", "the-output", "1", "2")] == [0, 1, 0, 1]
    assert [lesson.position_of(s) for s in ("0", "3", "sum", "", "-1")] == [None] * 5


def test_the_summary_needs_no_text(write_lesson: WriteLesson) -> None:
    summary = read_summary(write_lesson(markdown=None))
    assert (summary.id, summary.number, summary.title, summary.steps) == ("sums", 3, "Sums", 2)


HEAD = 'id = "sums"\nnumber = 3\ntitle = "Sums"\nsummary = "Adding."\nlab = "neuron"\n'


@pytest.mark.parametrize(
    "steps",
    [
        '[[step]]\nid = "a"\n[[step.question]]\nask = "b"\n[[step]]\nid = "c"\n',
        '  [[ step ]] # first\nid = "a"\n# [[step]]\n[["step"]]\nid = "[[step]]"\n',
        'step = [{ id = "a" }, { id = "b" }]\n',
        '[[step]]\nid = "a"\ntext = """\n[[step]]\n"""\n[[step]]\nid = "b"\n',
        "[[step]]\nid = 'a'\ntext = '''\n[[step]]\n'''\n['step'.x]\n[[step]]\nid = 'b'\n",
        "",
    ],
)
def test_the_summary_counts_the_steps_that_toml_has(write_lesson: WriteLesson, steps: str) -> None:
    folder = write_lesson(toml=HEAD + steps)
    summary = read_summary(folder)
    assert (summary.id, summary.number, summary.title, summary.summary) == ("sums", 3, "Sums", "Adding.")
    assert summary.steps == len(tomllib.loads(HEAD + steps).get("step", ()))


def test_a_fault_in_a_step_is_told_where_the_lesson_is_opened(write_lesson: WriteLesson) -> None:
    folder = write_lesson(toml=HEAD + "[[step]]\nid = no text\n")
    assert read_summary(folder).steps == 1
    with pytest.raises(LessonError, match=r"lesson\.toml:7: this is not TOML"):
        load_lesson(folder)


def test_a_heading_in_a_code_fence_is_no_step(write_lesson: WriteLesson) -> None:
    markdown = MARKDOWN.replace("Each input", "```\n## Not a step\n```\nEach input")
    lesson = load_lesson(write_lesson(markdown=markdown))
    assert "## Not a step" in lesson.steps[0].text


# Each change to the sound lesson, a text on the line that the error is to name, and words of the reason.
REJECTED = [
    ('number = 3', 'number = "3"', 'number = "3"', "a number from 1"),
    ('number = 3', 'number = 0', 'number = 0', "a number from 1"),
    ('number = 3', 'number = true', 'number = true', "a number from 1"),
    ('id = "sums"', 'id = "Sums!"', "Sums!", "small letters, digits and hyphens"),
    ('title = "Sums"', r'title = "Su\nms"', "title =", "a title is one line of text; got 'Su\\nms'"),
    ('title = "Sums"', 'title = ""', 'title = ""', "'title' is a text"),
    ('title = "Sums"', 'colour = 1\ntitle = "Sums"', "colour", "unknown key 'colour'"),
    ('show = ["x", "w", "b", "z"]', 'shows = ["x"]', "shows", "unknown key 'shows'"),
    ('show = ["x", "w", "b", "z"]', 'show = "x"', 'show = "x"', "'show' is a list of texts"),
    ('hide = ["z"]', 'hide = [1]', "hide = [1]", "'hide' is a list of texts"),
    ('set = { activation = "sigmoid" }', 'set = 3', "set = 3", "'set' is a table"),
    ('{ low = 1, high = 5, step = 1 }', '3', "draw.x = 3", "draw.x is { low"),
    ('{ low = 1, high = 5, step = 1 }', '{ low = 5, high = 1, step = 1 }', "draw.x", "draw.x is { low"),
    ('{ low = 1, high = 5, step = 1 }', '{ low = 1, high = 5, step = 0 }', "draw.x", "draw.x is { low"),
    ('{ low = 1, high = 5, step = 1 }', '{ low = 1, high = inf, step = 1 }', "draw.x", "draw.x is { low"),
    ('{ low = 1, high = 5, step = 1 }', '{ low = "1", high = 5, step = 1 }', "draw.x", "draw.x is { low"),
    ('{ low = 1, high = 5, step = 1 }', '{ low = 1, high = 5 }', "draw.x", "draw.x is { low"),
    ('{ low = 1, high = 3, step = 1 }', '{ low = 1, high = 3, by = 1, step = 1 }', "draw.b", "draw.b is { low"),
    ('{ low = 1, high = 3, step = 1 }', '{ low = 1, high = 3, step = 1e-9 }', "draw.b", "more than 10000 values"),
    ('not = [0]', 'not = 0', "draw.w", "draw.w is { low"),
    ('not = [0]', 'diagonal = 5', "draw.w", "draw.w is { low"),
    ('not = [0]', 'diagonal = { low = 5 }', "draw.w", "draw.w is { low"),
    ('not = [0]', 'diagonal = { low = 5, high = 4 }', "draw.w", "draw.w is { low"),
    ('not = [0]', 'diagonal = { low = 5, high = 1e9 }', "draw.w", "more than 10000 values"),
    ('answer = "z"', 'answers = "z"', "answers", "unknown key 'answers'"),
    ('answer = "z"', 'answer = { reads = "z" }', "reads", "'answer' is the name of a readout"),
    ('answer = "z"', 'answer = { read = "z", press = "a" }', "press", "'answer' is the name of a readout"),
    ('answer = "z"', 'answer = ""', 'answer = ""', "'answer' is the name of a readout"),
    ('tolerance = 0.005', 'tolerance = 0', "tolerance = 0", "a tolerance above 0"),
    ('tolerance = 0.005', 'tolerance = "no"', 'tolerance = "no"', "'tolerance' is a number"),
    ('explain = "z grows."', 'explain = " "', 'explain = " "', "'explain' is a text"),
    ('hints = ["Is b part of z?"]', 'hints = []', "hints = []", "at least one hint"),
    ('{ greater = "It rises", less = "It falls", equal = "It stays" }', '{ equal = "It stays" }', "choices", "two"),
    ('less = "It falls"', 'less = 2', "less = 2", "the choice 'less' is a text"),
    ('{ gives = "equal", say', '{ gives = "same", say', '"same"', "'same' is not one of the choices"),
    ('{ gives = "equal", say', '{ say', "{ say", "'gives' is missing"),
    (', say = "Each input has its own weight." }', ' }', "sum(x)", "'say' is missing"),
    ('say = "Each', 'says = "Each', "says", "unknown key 'says'"),
    ('id = "the-output"', 'id = "the-sum"', None, "section 2 is 'the-output'"),
    ('summary = "What', 'summary = What', "summary", "not TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "reason"), REJECTED, ids=[f"{r[3]}: {r[1]}" for r in REJECTED])
def test_a_fault_is_refused_at_its_line(
    write_lesson: WriteLesson, old: str, new: str, at: str | None, reason: str
) -> None:
    folder = write_lesson((old, new))
    with pytest.raises(LessonError) as refused:
        load_lesson(folder)
    file, text = (folder / "lesson.toml", at) if at is not None else (folder / "lesson.md", "## The output")
    assert str(refused.value).startswith(f"{file}:{line_of(file, text)}: ")
    assert reason in refused.value.reason


@pytest.mark.parametrize("key", ["id", "title", "summary", "lab"])
def test_a_lesson_needs_its_head(write_lesson: WriteLesson, key: str) -> None:
    without = re.sub(rf"\A((?:.*\n)*?){key} = .*\n", r"\1", TOML, count=1)
    with pytest.raises(LessonError, match=rf"lesson\.toml:\d+: '{key}' is missing"):
        load_lesson(write_lesson(toml=without))


def test_a_missing_part_of_a_question_is_placed_at_the_question(write_lesson: WriteLesson) -> None:
    folder = write_lesson(('explain = "z grows."\n', ""))
    with pytest.raises(LessonError, match="'explain' is missing") as refused:
        load_lesson(folder)
    assert refused.value.line == line_of(folder / "lesson.toml", '{ read = "y"') - 2


def test_text_and_steps_must_match(write_lesson: WriteLesson) -> None:
    folder = write_lesson(markdown=MARKDOWN + "\n## One more\n\nText.\n", folder="01_more")
    with pytest.raises(LessonError, match=r"lesson\.md:11: .*no \[\[step\]\] for the section 'One more'"):
        load_lesson(folder)
    folder = write_lesson(markdown=MARKDOWN.split("## The output")[0], folder="02_less")
    with pytest.raises(LessonError, match=r"lesson\.md has no section for the step 'the-output'") as refused:
        load_lesson(folder)
    assert refused.value.line == line_of(folder / "lesson.toml", 'id = "the-output"')
    folder = write_lesson(markdown="## The sum\n\n## The output\nText.\n", folder="03_empty")
    with pytest.raises(LessonError, match=r"lesson\.md:1: this section has no text"):
        load_lesson(folder)


def test_two_steps_of_one_name_are_refused(write_lesson: WriteLesson) -> None:
    folder = write_lesson(
        ('id = "the-output"', 'id = "the-sum"  # twice'),
        markdown=MARKDOWN.replace("## The output", "## The sum"),
    )
    with pytest.raises(LessonError, match="step 'the-sum' is there twice") as refused:
        load_lesson(folder)
    assert refused.value.line == line_of(folder / "lesson.toml", "# twice")


def test_missing_and_unreadable_files_are_named(write_lesson: WriteLesson, tmp_path: Path) -> None:
    folder = write_lesson(markdown=None)
    with pytest.raises(LessonError, match=r"lesson\.md:1: a lesson needs a lesson\.md"):
        load_lesson(folder)
    (folder / "lesson.md").write_bytes(b"## The sum\n\xff\n")
    with pytest.raises(LessonError, match="is not UTF-8 text"):
        load_lesson(folder)
    with pytest.raises(LessonError, match=r"lesson\.toml:1: a lesson needs a lesson\.toml"):
        load_lesson(tmp_path)
    with pytest.raises(LessonError, match="there is no such folder"):
        lesson_folders(tmp_path / "absent")


def test_lessons_come_by_number_and_are_told_apart(write_lesson: WriteLesson) -> None:
    late = write_lesson(("number = 3", "number = 7"), folder="01_late")
    early = write_lesson(('id = "sums"', 'id = "other"'), folder="09_early")
    lessons = late.parent
    assert [s.folder for s in read_summaries(lessons)] == [early, late]
    assert lesson_folders(lessons) == (late, early)
    assert lesson_folders(late) == (late,)
    write_lesson(('id = "sums"', 'id = "third"'), folder="10_same_number")
    with pytest.raises(LessonError, match="number 3 is taken by 09_early too"):
        read_summaries(lessons)


def test_two_lessons_of_one_id_are_refused(write_lesson: WriteLesson) -> None:
    one = write_lesson(folder="01_one")
    two = write_lesson(("number = 3", "number = 4"), folder="02_two")
    with pytest.raises(LessonError) as error:
        read_summaries(one.parent)
    said = f"the id 'sums' is taken by {one / 'lesson.toml'}; give it another"
    assert str(error.value) == f"{two / 'lesson.toml'}:1: {said}"


def test_slugs() -> None:
    assert step_slug("The weighted sum") == "the-weighted-sum"
    assert step_slug("  What's “y”, at z = 0?") == "what-s-y-at-z-0"


def test_listing_lessons_does_not_import_numpy() -> None:
    code = "import tutor.course.lessons.loader, sys; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
