"""One question of a warm-up: with new numbers on its own lab, recorded as a separate kind of event."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tutor.course.lessons.lesson import Lesson, LessonError, LessonSummary
from tutor.course.lessons.loader import load_whole
from tutor.course.questions.checking import check, describe_answer, fill
from tutor.course.record.journal import Journal
from tutor.course.record.lesson_progress import WARM_UP
from tutor.course.record.progress import Progress
from tutor.course.record.warm_up import MOST_QUESTIONS, Candidate, candidates, due_lessons
from tutor.course.session import LessonSession
from tutor.labs.catalog import UnknownLab, lab_class
from tutor.labs.kit.contract import LabState
from tutor.training.run import RunStarter, start_inline

SECONDS = 1.5
"""Seconds; a question that takes longer to set up or to judge is left out."""

MOST_TRIED = 4
"""The most questions of one lesson that are tried."""

_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Before:
    """An earlier question of the same step, and its answer."""

    ask: str
    answer: str


@dataclass(frozen=True)
class WarmUpQuestion:
    """A question ready to be asked: the open one of ``session``, whose only step is the question's.

    The caller closes the session's lab.
    """

    session: LessonSession
    step_id: str
    index: int
    before: tuple[Before, ...] = ()


class WarmUpJournal:
    """Records answers in a warm-up as warm-up events; does not change the learner's position or save labs."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.open = False
        """Whether the question is being asked: events during its setup are not recorded."""

    def record(self, lesson: str, kind: str, **details: object) -> None:
        """Record an answer, a hint or a skip."""
        if self.open and kind in ("answer", "hint", "skip"):
            self._journal.record(lesson, WARM_UP + kind, **details)

    def save_lab(self, lesson: str, state: LabState) -> None:
        """Save nothing: the lesson's own lab stays unchanged."""


def warm_up_questions(
    progress: Progress, summaries: tuple[LessonSummary, ...], start_run: RunStarter = start_inline
) -> Iterator[WarmUpQuestion]:
    """The questions of a warm-up now, each set up on demand; none if nothing is due.

    At most ``MOST_QUESTIONS``, each from a different lesson. Skips lessons without a suitable question.
    """
    by_id = {summary.id: summary for summary in summaries}
    asked = 0
    for lesson_id in due_lessons(progress.reviews(summaries), progress.by_lesson(), by_id, progress.now()):
        if asked == MOST_QUESTIONS:
            return
        question = question_from(by_id[lesson_id], progress, start_run)
        if question is not None:
            asked += 1
            yield question


def question_from(
    summary: LessonSummary, progress: Progress, start_run: RunStarter = start_inline, seconds: float = SECONDS
) -> WarmUpQuestion | None:
    """The best question of the lesson that can be set up and judged in time; None if there is none."""
    seed = progress.warm_up_seed()
    try:
        lesson = load_whole(summary)
    except LessonError:
        return None
    for candidate in candidates(lesson, progress.of_lesson(summary.id), seed)[:MOST_TRIED]:
        question = set_up_in_time(lesson, candidate, seed, progress, start_run, seconds)
        if question is not None:
            return question
    return None


def set_up_in_time(
    lesson: Lesson, candidate: Candidate, seed: int, journal: Journal, start_run: RunStarter, seconds: float
) -> WarmUpQuestion | None:
    """The question set up; None if setup and judging an answer fail or take longer than ``seconds``.

    Works in a thread. A thread that takes too long is left running, and its question is discarded when it ends.
    """
    given_up = threading.Event()
    handing_over = threading.Lock()
    found: list[WarmUpQuestion] = []

    def work() -> None:
        question = _set_up(lesson, candidate, seed, journal, start_run, given_up.is_set)
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
    candidate: Candidate,
    seed: int,
    journal: Journal,
    start_run: RunStarter,
    given_up: Callable[[], bool],
) -> WarmUpQuestion | None:
    step = lesson.steps[candidate.position]
    # Later questions are not asked, so the drawn numbers need not suit them. What the step posed first is explained.
    asked_alone = replace(step, questions=step.questions[: candidate.index + 1], problem_first=False)
    alone = replace(lesson, steps=(asked_alone,))
    warm_up_journal = WarmUpJournal(journal)
    try:
        lab = lab_class(lesson.lab)(start_run)
    except UnknownLab:
        return None
    try:
        session = LessonSession(alone, lab, seed, warm_up_journal)
        session.open(0)
        while lab.busy and not given_up():
            time.sleep(_POLL_SECONDS)
            lab.poll()
        before = []
        while session.question_index is not None and session.question_index < candidate.index:
            question = session.step.questions[session.question_index]
            before.append(Before(session.ask(question), describe_answer(question, lab)))
            session.skip()
        asked = session.step.questions[candidate.index]
        # Every placeholder of its texts must have a value; a lesson shows missing ones as missing.
        fill(asked.ask, lab)
        # Judging an answer that is surely wrong runs every comparison.
        check(asked, "1" if asked.choices else "1e300", lab)
    except Exception:
        # A warm-up skips a question with any fault; its lesson reports the fault.
        lab.close()
        return None
    warm_up_journal.open = True
    return WarmUpQuestion(session, step.id, candidate.index, tuple(before))
