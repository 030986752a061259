"""The lessons of a pack beside the shipped ones: their ids, their glossary, their progress apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.course.packs.made_packs import pack_texts, write_pack
from tutor.course.lessons.finding import UnknownLesson, find_available, find_lesson, open_lesson
from tutor.course.lessons.glossary import entries_for
from tutor.course.lessons.lesson_path import LessonPath, parse_lesson_path
from tutor.course.lessons.own_lessons import pack_folders_of, read_lessons
from tutor.course.lessons.search import pages, search
from tutor.course.packs import installed
from tutor.course.packs.check import check_pack_lessons, id_fault
from tutor.course.packs.manifest import read_pack
from tutor.course.record.progress import Progress
from tutor.course.record.review_items import Item
from tutor.course.record.warm_up_question import question_of_item
from tutor.course.visiting import begin_visit
from tutor.resources import lessons_folder
from tutor.scripting.parse import read_script
from tutor.scripting.runner import Settings, run_script
from tutor.training.run import start_inline


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "some-folder", pack_texts())


def test_its_lessons_come_after_the_shipped_ones_under_its_title(pack: Path) -> None:
    available = read_lessons(lessons_folder(), (pack, pack))
    mine = [each for each in available.summaries if each.collection is not None]
    assert [each.id for each in mine] == ["of-use/sums", "of-use/neuron"]
    assert {each.collection.heading for each in mine if each.collection} == {"Of use"}
    assert available.faults == ()
    assert pack_folders_of(available.summaries) == (pack,)


def test_a_pack_that_is_added_and_given_is_there_once(pack: Path, tmp_path: Path) -> None:
    again = write_pack(tmp_path / "again", pack_texts())
    available = read_lessons(lessons_folder(), (pack, again))
    assert len([each for each in available.summaries if each.collection is not None]) == 2
    assert available.faults == ()


@pytest.mark.parametrize(
    ("name", "found"),
    [("neuron", "neuron"), ("of-use/neuron", "of-use/neuron"), ("of-use/2", "of-use/neuron"), ("2", "deep-learning")],
)
def test_ways_to_a_lesson(name: str, found: str, pack: Path) -> None:
    assert find_lesson(name, read_lessons(lessons_folder(), (pack,)).summaries).id == found


@pytest.mark.parametrize("in_the_way", [True, False])
def test_a_step_of_its_lesson_on_the_command_line(
    in_the_way: bool, pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the folder that one is in has something of the pack's name."""
    here = tmp_path / "down" / "here"
    (here / "of-use" if in_the_way else here).mkdir(parents=True)
    monkeypatch.chdir(here)
    known = {each.id for each in read_lessons(lessons_folder(), (pack,)).summaries}
    assert parse_lesson_path("of-use/neuron/2", known.__contains__) == LessonPath("of-use/neuron", "2")
    assert parse_lesson_path("of-use/neuron", known.__contains__) == LessonPath("of-use/neuron")


def test_its_glossary_leads_to_its_own_lesson_or_to_a_shipped_one(pack: Path) -> None:
    summaries = read_lessons(lessons_folder(), (pack,)).summaries
    lessons = {entry.term: entry.lesson for entry in entries_for(summaries)}
    assert lessons["Sum"] == "of-use/sums"
    assert lessons["Softmax here"] == "softmax"
    found = search(pages(summaries, entries_for(summaries)), "what is added up")
    assert "of-use/sums" in {find.lesson for find in found if find.kind == "term"}


def test_its_progress_is_apart_from_that_of_a_shipped_lesson_with_the_same_id(pack: Path, tmp_path: Path) -> None:
    summaries = read_lessons(lessons_folder(), (pack,)).summaries
    progress = Progress(tmp_path / "state", learner=0)
    session = begin_visit(find_lesson("of-use/neuron", summaries), progress, "2", start_run=start_inline)
    progress.save_lab(session.lesson.id, session.lab.state())
    session.lab.close()
    progress.close()
    again = Progress(tmp_path / "state", learner=0)
    assert set(again.by_lesson()) == {"of-use/neuron"}
    assert again.last_position() == ("of-use/neuron", 1)
    assert again.load_lab("neuron") is None
    assert again.load_lab("of-use/neuron") is not None
    again.close()


def test_a_session_has_the_id_of_the_list(pack: Path) -> None:
    found = find_lesson("of-use/neuron", read_lessons(lessons_folder(), (pack,)).summaries)
    session = open_lesson(found)
    assert session.lesson.id == "of-use/neuron"
    session.lab.close()


def test_a_sound_pack_has_no_faults(pack: Path) -> None:
    checked = check_pack_lessons(read_pack(pack))
    assert (checked.faults, checked.lessons, checked.steps) == ((), 2, 4)


def test_a_glossary_that_names_no_lesson_is_a_fault(tmp_path: Path) -> None:
    texts = pack_texts()
    texts["glossary.md"] = texts["glossary.md"].replace("sums/the-sum", "sums/nowhere")
    (fault,) = check_pack_lessons(read_pack(write_pack(tmp_path, texts))).faults
    assert fault.startswith(f"{tmp_path / 'glossary.md'}:1:")
    assert "nowhere" in fault


def test_a_check_that_takes_too_long_is_a_fault(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DL_TUTOR_LESSON_SECONDS", "1e-6")
    faults = check_pack_lessons(read_pack(pack)).faults
    assert faults
    assert all("did not finish within" in fault for fault in faults)


def test_no_pack_has_the_id_of_a_shipped_lesson(tmp_path: Path) -> None:
    assert "a shipped lesson has the id 'neuron'" in id_fault(read_pack(write_pack(tmp_path, pack_texts("neuron"))))
    assert id_fault(read_pack(write_pack(tmp_path / "other", pack_texts()))) == ""


def test_a_lesson_of_a_shipped_pack_that_is_not_added_says_how_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pack(tmp_path / "shipped" / "of-use", pack_texts())
    monkeypatch.setattr(installed, "shipped_packs_folder", lambda: tmp_path / "shipped")
    with pytest.raises(
        UnknownLesson, match="Of use is a pack that is not among the lessons yet: dl-tutor packs add of-"
    ):
        find_available("of-use/sums", read_lessons(lessons_folder()))
    added = read_lessons(lessons_folder(), (tmp_path / "shipped" / "of-use",))
    assert find_available("of-use/sums", added).id == "of-use/sums"
    with pytest.raises(UnknownLesson, match="there is no lesson 'nowhere/sums'"):
        find_available("nowhere/sums", added)


def test_a_script_in_a_pack_opens_its_lessons_by_either_name(pack: Path) -> None:
    for name in ("neuron", "of-use/neuron", "of-use/sums"):
        script = pack / "lessons" / "02_neuron" / "lesson.walk"
        script.write_text(f"open {name} seed 1\nexpect step the-sum\n", encoding="utf-8")
        assert run_script(read_script(script), Settings()).expectations == 1


def test_a_warm_up_asks_its_question_under_the_id_of_the_pack(pack: Path, tmp_path: Path) -> None:
    found = find_lesson("of-use/sums", read_lessons(lessons_folder(), (pack,)).summaries)
    progress = Progress(tmp_path / "state", learner=0)
    item = Item("of-use/sums", "question", "the-output", 0)
    question = question_of_item(item, found, progress, seconds=60)
    assert question is not None
    assert question.session.lesson.id == "of-use/sums"
    question.session.lab.close()
    progress.close()
