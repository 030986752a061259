"""One question of a warm-up: with new numbers on its own lab, recorded as a separate kind of event."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from tutor.course.lessons.lesson import Lesson, LessonError, LessonSummary, Step
from tutor.course.lessons.loader import load_whole
from tutor.course.questions.checking import check, describe_answer, fill
from tutor.course.record.journal import Journal
from tutor.course.record.lesson_progress import WARM_UP
from tutor.course.record.progress import Progress
from tutor.course.record.review_items import Item
from tutor.course.record.warm_up import due_items, left_today
from tutor.course.session import LessonSession
from tutor.labs.catalog import UnknownLab, lab_class
from tutor.labs.kit.contract import LabState
from tutor.language.catalogue import _
from tutor.training.keras_program import ProgramStarter
from tutor.training.run import RunStarter, start_inline

SECONDS = 1.5
"""Seconds; a question that takes longer to set up or to judge is left out."""

MOST_FAILED = 2
"""After as many questions of a lesson that took too long, no more of it are tried."""

_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Before:
    """An earlier question of the same step, and its answer."""

    ask: str
    answer: str


@dataclass(frozen=True)
class WarmUpQuestion:
    """A question or a goal ready to be asked: the open one of ``session``, whose only step is the item's.

    The caller closes the session's lab.
    """

    session: LessonSession
    item: Item
    before: tuple[Before, ...] = ()
    last: datetime | None = None
    """When it was last answered or reached."""

    def whence(self, now: datetime) -> str:
        """Where it is from and when it was last taken, in a sentence or two."""
        lesson = self.session.lesson
        days = 0 if self.last is None else (now.date() - self.last.astimezone(now.tzinfo).date()).days
        ago = {0: "", 1: _(" You last had it yesterday.")}.get(
            days, _(" You last had it {days} days ago.").format(days=days)
        )
        return _("From {lesson}: {step}.{ago} The numbers are new; change the lab as you like.").format(
            lesson=lesson.title, step=self.session.step.title, ago=ago
        )

    @property
    def is_goal(self) -> bool:
        """Whether it is a goal to be reached in the lab."""
        return self.item.kind == "goal"

    @property
    def went_well(self) -> bool | None:
        """Whether it was right at once, or reached, without help; None if nothing was done."""
        session = self.session
        if self.is_goal:
            reached = session.goals.state(session.step, 0).reached
            return not session.goals.was_helped(session.step, 0) if reached else None
        asked = session.question_state(self.item.index)
        if asked.correct and asked.attempts == 1 and not asked.hints_taken:
            return True
        return False if asked.correct or asked.attempts or asked.hints_taken or asked.skipped else None


class WarmUpJournal:
    """Records answers in a warm-up as warm-up events; does not change the learner's position or save labs."""

    def __init__(self, journal: Journal, item: Item) -> None:
        self._journal, self._item = journal, item
        self.open = False
        """Whether the question is being asked: events during its setup are not recorded."""

    def record(self, lesson: str, kind: str, **details: object) -> None:
        """Record an answer, a hint, a skip, or that the goal was reached."""
        if self.open and kind == "goal":
            # It is the only goal of the step that is asked alone.
            self._journal.record(lesson, WARM_UP + kind, **{**details, "goal": self._item.index})
        elif self.open and kind in ("answer", "hint", "skip"):
            self._journal.record(lesson, WARM_UP + kind, **details)

    def save_lab(self, lesson: str, state: LabState) -> None:
        """Save nothing: the lesson's own lab stays unchanged."""


def warm_up_questions(
    progress: Progress,
    summaries: tuple[LessonSummary, ...],
    start_run: RunStarter = start_inline,
    start_program: ProgramStarter | None = None,
    seconds: float = SECONDS,
) -> Iterator[WarmUpQuestion]:
    """The questions and goals of today's warm-up, each set up on demand; none if nothing is due.

    Those that cannot be set up and judged in time are left out, and after ``MOST_FAILED`` of a lesson the rest of it.
    """
    by_id = {summary.id: summary for summary in summaries}
    left, failed = left_today(progress), Counter[str]()
    for item in due_items(progress, summaries):
        if left == 0:
            return
        if failed[item.lesson] >= MOST_FAILED:
            continue
        question = question_of_item(item, by_id[item.lesson], progress, start_run, seconds)
        if question is None:
            failed[item.lesson] += 1
            continue
        left -= 1
        question.session.start_program = start_program
        yield question


def question_of_item(
    item: Item,
    summary: LessonSummary,
    progress: Progress,
    start_run: RunStarter = start_inline,
    seconds: float = SECONDS,
) -> WarmUpQuestion | None:
    """The question or goal set up with new numbers; None if its lesson does not have it or it takes too long."""
    try:
        lesson = load_whole(summary)
    except LessonError:
        return None
    question = set_up_in_time(lesson, item, progress.warm_up_seed(), progress, start_run, seconds)
    memory = progress.memories().get(item)
    return question if question is None or memory is None else replace(question, last=memory.last)


def set_up_in_time(
    lesson: Lesson, item: Item, seed: int, journal: Journal, start_run: RunStarter, seconds: float
) -> WarmUpQuestion | None:
    """The question set up; None if setup and judging an answer fail or take longer than ``seconds``.

    Works in a thread. A thread that takes too long is left running, and its question is discarded when it ends.
    """
    given_up = threading.Event()
    handing_over = threading.Lock()
    found: list[WarmUpQuestion] = []

    def work() -> None:
        question = _set_up(lesson, item, seed, journal, start_run, given_up.is_set)
        if question is None:
            return
        with handing_over:
            if given_up.is_set():
                question.session.lab.close()
            else:
                found.append(question)

    thread = threading.Thread(target=work, name="warm-up", daemon=True)
    thread.start()
    thread.join(seconds)
    with handing_over:
        if not found:
            given_up.set()
    return found[0] if found else None


def _set_up(
    lesson: Lesson,
    item: Item,
    seed: int,
    journal: Journal,
    start_run: RunStarter,
    given_up: Callable[[], bool],
) -> WarmUpQuestion | None:
    position = lesson.position_of(item.step)
    if position is None:
        return None
    warm_up_journal = WarmUpJournal(journal, item)
    try:
        alone = replace(lesson, steps=(_alone(lesson.steps[position], item),))
        lab = lab_class(lesson.lab)(start_run)
    except (UnknownLab, IndexError):
        return None
    try:
        session = LessonSession(alone, lab, seed, warm_up_journal)
        session.open(0)
        while lab.busy and not given_up():
            time.sleep(_POLL_SECONDS)
            lab.poll()
        before = () if item.kind == "goal" else tuple(_ask_before(session, item.index))
        if item.kind == "question":
            asked = session.step.questions[item.index]
            # Every placeholder of its texts must have a value; a lesson shows missing ones as missing.
            fill(asked.ask, lab)
            # Judging an answer that is surely wrong runs every comparison.
            check(asked, "1" if asked.choices else "1e300", lab)
    except Exception:
        # A warm-up skips a question with any fault; its lesson reports the fault.
        lab.close()
        return None
    warm_up_journal.open = True
    return WarmUpQuestion(session, item, before)


def _alone(step: Step, item: Item) -> Step:
    """The step with the one goal, or with the questions up to the one that is asked."""
    if item.kind == "goal":
        return replace(step, goals=(step.goals[item.index],), problem_first=False)
    # Later questions are not asked, so the drawn numbers need not suit them. What the step posed first is explained.
    return replace(step, questions=step.questions[: item.index + 1], problem_first=False)


def _ask_before(session: LessonSession, index: int) -> Iterator[Before]:
    """The questions of the step before this one, with their answers; skips them."""
    while session.question_index is not None and session.question_index < index:
        question = session.step.questions[session.question_index]
        yield Before(session.ask(question), describe_answer(question, session.lab))
        session.skip()
