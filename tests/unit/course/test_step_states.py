from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.course.lesson_files import WriteLesson
from tutor.course.lessons.lesson import Lesson, Step, StepOutline
from tutor.course.lessons.loader import load_lesson, read_summaries, read_summary
from tutor.course.record.event_log import Event
from tutor.course.record.lesson_progress import LessonProgress, Tally
from tutor.course.record.step_states import LEFT, LessonState, StepState, lesson_state
from tutor.course.words.lesson_end import end_lines
from tutor.course.words.plain_characters import encodable, in_cells
from tutor.resources import lessons_folder

OUTLINE = (StepOutline("a", 2), StepOutline("b", 0), StepOutline("c", 1))
RIGHT, WRONG = {"correct": True}, {"correct": False}


def happened(*events: tuple[object, ...]) -> LessonProgress:
    """From kind, step, question and details."""
    tally = Tally()
    for event in events:
        kind, step, index, more = (*event, *(0, {})[len(event) - 2 :])
        details = {"step": step, "position": 0, "question": index, **more}  # type: ignore[dict-item]
        tally.add(Event(str(kind), "sums", details, datetime(2026, 3, 2, tzinfo=UTC)))
    return tally.total()


def state_of_c(*events: tuple[object, ...]) -> StepState:
    return lesson_state(OUTLINE, happened(*events)).steps[2]


def test_a_lesson_never_opened_is_open() -> None:
    state = lesson_state(OUTLINE, LessonProgress())
    assert state == LessonState((StepState.OPEN,) * 3, 0, 3, 0)
    assert (state.done, state.words(), state.signs) == (False, "not begun", "···")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([("step", "c")], StepState.OPEN),
        ([("hint", "c")], StepState.OPEN),
        ([("answer", "c", 0, RIGHT)], StepState.RIGHT_AT_FIRST),
        ([("hint", "c"), ("answer", "c", 0, RIGHT)], StepState.RIGHT_LATER),
        ([("answer", "c", 0, WRONG), ("answer", "c", 0, RIGHT)], StepState.RIGHT_LATER),
        ([("skip", "c"), ("answer", "c", 0, RIGHT)], StepState.RIGHT_LATER),
        ([("answer", "c", 0, WRONG)], StepState.WRONG),
        ([("answer", "c", 0, WRONG), ("skip", "c")], StepState.SKIPPED),
        ([("skip", "c"), ("answer", "c", 0, WRONG)], StepState.WRONG),
        ([("answer", "c", 0, RIGHT), ("again", "c")], StepState.OPEN),
        ([("answer", "c", 0, RIGHT), ("again", "c"), ("hint", "c")], StepState.OPEN),
        ([("answer", "c", 0, RIGHT), ("again", "c"), ("answer", "c", 0, WRONG)], StepState.WRONG),
        ([("answer", "c", 0, RIGHT), ("again", "c"), ("warm-up answer", "c", 0, WRONG)], StepState.OPEN),
        ([("answer", "c", 0, RIGHT), ("again", "c"), ("answer", "c", 0, RIGHT)], StepState.RIGHT_AT_FIRST),
        ([("skip", "c"), ("again", "c")], StepState.OPEN),
        ([("skip", "c"), ("again", "c"), ("skip", "c")], StepState.SKIPPED),
        ([("answer", "c", 0, WRONG), ("again", "c")], StepState.WRONG),
    ],
)
def test_the_state_of_a_step_with_one_question(events: list[tuple[object, ...]], expected: StepState) -> None:
    assert state_of_c(*events) is expected


def test_a_step_without_a_question_is_seen_once_opened() -> None:
    assert lesson_state(OUTLINE, happened(("step", "b"))).steps[1] is StepState.SEEN


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ([], StepState.OPEN),
        ([("answer", "a", 1, WRONG)], StepState.WRONG),
        ([("skip", "a", 1)], StepState.SKIPPED),
        ([("hint", "a", 1), ("answer", "a", 1, RIGHT)], StepState.RIGHT_LATER),
        ([("answer", "a", 1, RIGHT)], StepState.RIGHT_AT_FIRST),
    ],
)
def test_of_several_questions_the_worst_counts(second: list[tuple[object, ...]], expected: StepState) -> None:
    state = lesson_state(OUTLINE, happened(("step", "a"), ("answer", "a", 0, RIGHT), *second))
    assert state.steps[0] is expected


def test_done_is_every_step_seen_and_every_question_right_or_skipped() -> None:
    opened = [("step", "a"), ("step", "b"), ("step", "c")]
    paged = lesson_state(OUTLINE, happened(*opened, ("finished", "c")))
    assert (paged.done, paged.seen, paged.words()) == (False, 3, "0 of 3 answered")
    answered = [("answer", "a", 0, RIGHT), ("skip", "a", 1), ("answer", "c", 0, RIGHT)]
    assert lesson_state(OUTLINE, happened(*opened, *answered)).done
    assert lesson_state(OUTLINE, happened(*opened, *answered)).words() == "done"
    in_a_warm_up = lesson_state(OUTLINE, happened(*opened[:-1], *answered))
    assert (in_a_warm_up.done, in_a_warm_up.words()) == (False, "2 of 3 seen"), "c was answered in a warm-up alone"
    wrong = lesson_state(OUTLINE, happened(*opened, *answered[:-1], ("answer", "c", 0, WRONG)))
    assert (wrong.done, wrong.words()) == (False, "1 wrong")


def test_to_ask_again_takes_nothing_back_of_what_is_done() -> None:
    opened = [("step", "a"), ("step", "b"), ("step", "c")]
    all_right = [("answer", "a", 0, RIGHT), ("answer", "a", 1, RIGHT), ("answer", "c", 0, RIGHT)]
    state = lesson_state(OUTLINE, happened(*opened, *all_right, ("again", "c"), ("answer", "c", 0, WRONG)))
    assert [one.word for one in state.steps] == ["right at first", "seen", "wrong"]
    assert (state.done, state.steps_done, state.words()) == (True, 3, "done")
    unfinished = lesson_state(OUTLINE, happened(*opened, *all_right[1:], ("again", "a")))
    assert (unfinished.done, unfinished.steps_done) == (False, 2), "one question of a was never answered"


def test_a_wrong_answer_is_told_beside_the_open_goals() -> None:
    outline = (StepOutline("a", 2), StepOutline("b", 0, 2))
    events = [("step", "a"), ("step", "b"), ("answer", "a", 0, RIGHT)]
    assert lesson_state(outline, happened(*events)).words() == "1 of 2 answered"
    assert lesson_state(outline, happened(*events, ("skip", "a", 1))).words() == "2 goals open"
    state = lesson_state(outline, happened(*events, ("answer", "a", 1, WRONG)))
    assert (state.words(), state.steps_done, state.seen) == ("1 wrong, 2 goals open", 0, 2)


def test_where_nothing_is_asked_the_steps_are_counted() -> None:
    outline = (StepOutline("a", 0), StepOutline("b", 0))
    assert lesson_state(outline, happened(("step", "b"))).words() == "1 of 2 seen"
    assert lesson_state((), LessonProgress()).done is False


def test_the_signs_differ_on_every_terminal() -> None:
    signs = [state.sign for state in StepState]
    assert len(set(signs)) == len(StepState)
    ascii_cells = [in_cells(sign, str.isascii, len) for sign in signs]
    assert len(set(ascii_cells)) == len(StepState)
    assert all(len(cell) == 1 and cell != "?" for cell in ascii_cells)
    printed = [encodable(sign, "ascii") for sign in signs]
    assert len(set(printed)) == len(StepState)
    assert not any("?" in sign for sign in printed)


# The end of a lesson


def lesson(*titles: str) -> Lesson:
    read = tuple(Step(title.lower(), title, "Text", ()) for title in titles)
    return Lesson("l", 1, "L", "S", "neuron", read, Path())


def test_the_end_names_what_is_left_and_the_way_there() -> None:
    state = LessonState((StepState.RIGHT_LATER, *LEFT, StepState.OPEN), 5, 5, 2)
    assert end_lines(lesson("A", "B", "C", "D", "E"), state) == (
        "That was the last step.",
        "Steps seen: 5 of 5. Questions answered: 2 of 5.",
        "  open: 2 B, 5 E",
        "  wrong: 3 C",
        "  skipped: 4 D",
        "Type step 2 to go to the first of them.",
    )


def test_the_end_of_a_lesson_that_is_done() -> None:
    state = LessonState((StepState.SEEN, StepState.RIGHT_AT_FIRST), 2, 1, 1)
    assert end_lines(lesson("A", "B"), state) == (
        "That was the last step: the lesson is done.",
        "Steps seen: 2 of 2. Questions answered: 1 of 1.",
    )


# What a list of lessons reads of the steps


def test_every_lesson_that_ships_is_outlined_as_it_is_loaded() -> None:
    for summary in read_summaries(lessons_folder()):
        assert summary.outline == load_lesson(summary.folder).outline


INLINE = """
[[step]]
id = "the-output"
show = ["y"]
question = [{ ask = "?", answer = "y", tolerance = 1, explain = "!", hints = ["h"] }]
"""


def test_questions_written_in_another_way_are_counted_too(write_lesson: WriteLesson) -> None:
    from tests.unit.course.lesson_files import TOML

    folder = write_lesson(toml=TOML[: TOML.index('\n[[step]]\nid = "the-output"')] + INLINE)
    assert read_summary(folder).outline == load_lesson(folder).outline == (
        StepOutline("the-sum", 1), StepOutline("the-output", 1),
    )  # fmt: skip


def test_of_a_step_with_a_fault_there_is_what_can_be_made_out(write_lesson: WriteLesson) -> None:
    folder = write_lesson(('id = "the-output"', "id = the output"))
    assert read_summary(folder).outline == (StepOutline("the-sum", 1), StepOutline("", 0))
