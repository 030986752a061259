"""Learners who come, answer, leave and are cut off in any order: where they are and what they did is never lost."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.unit.course.lesson_files import MARKDOWN, TOML
from tests.unit.course.session_model import QUESTIONS, STEPS, Attendance, Deed, Disk, is_done, standing_after
from tutor.course.lessons.lesson import StepOutline
from tutor.course.lessons.loader import read_summary
from tutor.course.record.lesson_progress import LessonProgress
from tutor.course.record.progress import Progress
from tutor.course.record.step_states import lesson_state
from tutor.course.session import LessonSession
from tutor.course.visiting import begin_visit
from tutor.labs.kit.contract import LabState
from tutor.training.run import start_inline

resource = pytest.importorskip("resource")

EXAMPLES = int(os.environ.get("DL_TUTOR_MACHINE_EXAMPLES", "25"))
"""How many sequences of what learners do."""
MOST_VISITS = 3
"""Sessions of the learner at the same time."""
IN_MEMORY = "/dev/shm"
"""Thousands of commits would wait for a real disk."""
SECOND_QUESTION = """
[[step.question]]
ask = "What is the sum without the bias?"
answer = "weighted_sum"
tolerance = 0.005
explain = "It is {weighted_sum}."
hints = ["Add."]

[[step]]
id = "a-look"

[[step]]
id = "the-output"
"""
OUTLINE = tuple(map(StepOutline, STEPS, QUESTIONS))
LESSON = TOML.replace('\n[[step]]\nid = "the-output"\n', SECOND_QUESTION) + '\n[[step]]\nid = "the-end"\n'
TEXT = MARKDOWN.replace("## The output", "## A look\n\nAt it.\n\n## The output") + "\n## The end\n\nThat was it.\n"


@dataclass
class Visit:
    """A visit as it is, and as it should be."""

    progress: Progress
    session: LessonSession
    model: Attendance


def write_lesson(folder: Path) -> None:
    folder.mkdir()
    for name, text in (("lesson.toml", LESSON), ("lesson.md", TEXT), ("lesson.walk", "open sums\n")):
        (folder / name).write_text(text, encoding="utf-8")


def as_in_the_model(lesson_progress: LessonProgress) -> dict[str, Any]:
    return {
        "position": lesson_progress.position,
        "seen": lesson_progress.steps_seen,
        "finished": lesson_progress.finished,
        "visits": lesson_progress.visits,
        "hints": lesson_progress.hints,
        "answered": lesson_progress.answered,
        "correct": lesson_progress.correct,
        "states": [state.word for state in lesson_state(OUTLINE, lesson_progress).steps],
    }


def as_kept(state: LabState | None) -> dict[str, Any] | None:
    """The values of a lab with lists for tuples, as a file gives them back."""
    return None if state is None else json.loads(json.dumps(dict(state.values)))


def right_and_wrong(values: Mapping[str, Any], position: int, question: int) -> tuple[str, str]:
    """An answer that is right on a lab with those values, and one that is wrong."""
    if position == 0:
        right = sum(x * w for x, w in zip(values["x"], values["w"], strict=True)) + values["b"] * (question == 0)
        return str(right), str(right + 1000)
    # The question is what the output does as the bias goes to 1; all activations rise.
    right = "greater" if values["b"] < 1 else "less" if values["b"] > 1 else "equal"
    return right, "less" if right == "greater" else "greater"


class Learners(RuleBasedStateMachine):
    """Visits of one learner to one lesson, several at a time, on a disk that now and then takes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.place = tempfile.TemporaryDirectory(dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None)
        self.state = Path(self.place.name) / "state"
        write_lesson(Path(self.place.name) / "03_sums")
        self.summary = read_summary(Path(self.place.name) / "03_sums")
        self.visits: list[Visit] = []
        self.disk = Disk()
        self.came = 0
        self.limit: int | None = None

    def teardown(self) -> None:
        for visit in self.visits:
            visit.progress.close()
        self.place.cleanup()

    # The disk

    @contextmanager
    def as_the_disk_is(self) -> Iterator[None]:
        """No file of this process may grow beyond the limit, where there is one."""
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        if self.limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    def see_what_is_acknowledged(self, visit: Visit, wrote: bool = True) -> None:
        progress = visit.progress
        assert (progress.unsaved > 0) <= bool(progress.trouble)
        if self.limit is None and wrote:
            assert progress.unsaved == 0, progress.trouble
            assert not progress.trouble
        if self.limit == 0:
            assert progress.unsaved == len(visit.model.waiting)
        visit.model.acknowledged(self.disk, progress.unsaved)

    @rule(limit=st.sampled_from((0, 0, 512, 5000, 9000, 40_000)))
    def refuse(self, limit: int) -> None:
        """From now on the disk takes nothing, or the beginning of it."""
        self.limit = limit

    @precondition(lambda self: self.limit is not None)
    @rule()
    def make_room(self) -> None:
        """What waits is written with what comes next."""
        self.limit = None

    # Coming and leaving

    @initialize()
    def come_for_the_first_time(self) -> None:
        """There is always somebody to begin with."""
        self.come()

    @precondition(lambda self: len(self.visits) < MOST_VISITS)
    @rule()
    def come(self) -> None:
        """Open the lesson as every face does: where it was left, with the lab as it was left."""
        model = Attendance(self.came)
        self.came += 1
        with self.as_the_disk_is():
            progress = Progress(self.state, learner=0)
            lesson_progress = progress.of_lesson("sums")
            model.look(self.disk)
            assert as_in_the_model(lesson_progress) == standing_after(model.known)
            newest = self.disk.newest_lab()
            kept = progress.load_lab("sums")
            assert as_kept(kept) == (None if newest is None else newest.values)
            model.goes_on_from = newest
            model.begin()
            done = is_done(model.known)
            model.position = 0 if done else lesson_progress.position
            comes_back = bool(lesson_progress.visits) and not done
            session = begin_visit(self.summary, progress, start_run=start_inline)
        model.do(self.disk, Deed("step", model.position))
        model.do(self.disk, Deed("visit"))
        visit = Visit(progress, session, model)
        self.see_what_is_acknowledged(visit)
        self.visits.append(visit)
        if comes_back and newest is not None:
            assert as_kept(session.lab.state()) == newest.values

    @precondition(lambda self: self.visits)
    @rule(who=st.integers(0, MOST_VISITS - 1), keeps=st.booleans())
    def leave(self, who: int, keeps: bool) -> None:
        """Close, in most ways with the lab saved first."""
        visit = self.visits.pop(who % len(self.visits))
        with self.as_the_disk_is():
            if keeps:
                visit.progress.save_lab("sums", visit.session.lab.state())
                visit.model.keep_lab(as_kept(visit.session.lab.state()) or {})
            visit.progress.close()
        self.see_what_is_acknowledged(visit)

    @precondition(lambda self: self.visits)
    @rule(who=st.integers(0, MOST_VISITS - 1))
    def be_killed(self, who: int) -> None:
        """Its files are closed by the kernel; what was not acknowledged is gone."""
        visit = self.visits.pop(who % len(self.visits))
        visit.progress._log._disconnect()  # type: ignore[union-attr]

    # In the lesson

    @contextmanager
    def visit(self, who: int) -> Iterator[Visit]:
        visit = self.visits[who % len(self.visits)]
        waited = list(visit.model.waiting)
        with self.as_the_disk_is():
            yield visit
        self.see_what_is_acknowledged(visit, wrote=visit.model.waiting != waited)

    def went(self, visit: Visit, position: int) -> None:
        visit.model.position = position
        visit.model.do(self.disk, Deed("step", position))

    @precondition(lambda self: self.visits)
    @rule(who=st.integers(0, MOST_VISITS - 1))
    def next(self, who: int) -> None:
        """One step on, or the end."""
        with self.visit(who) as visit:
            position = visit.model.position
            assert visit.session.next() == (position < len(STEPS) - 1)
            if position < len(STEPS) - 1:
                self.went(visit, position + 1)
            else:
                visit.model.do(self.disk, Deed("finished"))

    @precondition(lambda self: self.visits)
    @rule(who=st.integers(0, MOST_VISITS - 1))
    def back(self, who: int) -> None:
        """One step back, if there is one."""
        with self.visit(who) as visit:
            position = visit.model.position
            assert visit.session.back() == (position > 0)
            if position > 0:
                self.went(visit, position - 1)

    @precondition(lambda self: self.visits)
    @rule(who=st.integers(0, MOST_VISITS - 1), to=st.integers(-1, len(STEPS)))
    def go(self, who: int, to: int) -> None:
        """To any step, also to one that there is not."""
        with self.visit(who) as visit:
            there_is = 0 <= to < len(STEPS)
            assert visit.session.jump(str(to + 1)) == there_is
            if there_is:
                self.went(visit, to)

    @precondition(lambda self: self.visits)
    @rule(who=st.integers(0, MOST_VISITS - 1), how=st.sampled_from(("right", "wrong", "not understood")))
    def answer(self, who: int, how: str) -> None:
        """An answer; where no question is open, or it makes no sense, nothing happened."""
        with self.visit(who) as visit:
            model, index = visit.model, visit.model.open_question
            right, wrong = ("1", "1")
            if index is not None:
                right, wrong = right_and_wrong(visit.session.lab.state().values, model.position, index)
            verdict = visit.session.answer({"right": right, "wrong": wrong}.get(how, "?!"))
            assert verdict.understood == (index is not None and how != "not understood"), verdict
            assert verdict.correct == (index is not None and how == "right"), verdict
            if verdict.understood and index is not None:
                model.present.tries += 1
                model.present.settled |= verdict.correct
                model.do(self.disk, Deed(how, model.position, index))

    @precondition(lambda self: self.visits)
    @rule(who=st.integers(0, MOST_VISITS - 1))
    def hint(self, who: int) -> None:
        """A hint, if one is due."""
        with self.visit(who) as visit:
            model, index = visit.model, visit.model.open_question
            said = visit.session.hint()
            if index is not None and model.hint_is_due:
                model.present.hints += 1
                model.present.tries_at_last_hint = model.present.tries
                model.do(self.disk, Deed("hint", model.position, index))
                assert said.startswith("Hint: ")
                assert visit.session.question_state(index).hints_taken == model.present.hints

    @precondition(lambda self: self.visits)
    @rule(who=st.integers(0, MOST_VISITS - 1))
    def skip(self, who: int) -> None:
        """Pass over the open question."""
        with self.visit(who) as visit:
            model, index = visit.model, visit.model.open_question
            visit.session.skip()
            if index is not None:
                model.present.settled = True
                model.do(self.disk, Deed("skip", model.position, index))

    @precondition(lambda self: self.visits)
    @rule(who=st.integers(0, MOST_VISITS - 1))
    def again(self, who: int) -> None:
        """Ask the questions of the step again, where one was settled."""
        with self.visit(who) as visit:
            model = visit.model
            here = [asked for (position, _), asked in model.asked.items() if position == model.position]
            is_settled = any(asked.settled for asked in here)
            assert visit.session.again() == is_settled
            if is_settled:
                elsewhere_or_open = {
                    place: asked
                    for place, asked in model.asked.items()
                    if place[0] != model.position or not asked.settled
                }
                model.asked = elsewhere_or_open
                model.do(self.disk, Deed("again", model.position))
                self.went(visit, model.position)

    @precondition(lambda self: self.visits)
    @rule(who=st.integers(0, MOST_VISITS - 1), bias=st.integers(-4, 4))
    def change_a_control(self, who: int, bias: int) -> None:
        """In the lab alone: nothing is kept by that."""
        self.visits[who % len(self.visits)].session.lab.set("b", bias / 2)

    @precondition(lambda self: self.visits)
    @rule(who=st.integers(0, MOST_VISITS - 1))
    def save_the_lab(self, who: int) -> None:
        """Whatever others saved meanwhile, it is this session's own again."""
        with self.visit(who) as visit:
            state: LabState = visit.session.lab.state()
            visit.progress.save_lab("sums", state)
            visit.model.keep_lab(as_kept(state) or {})
            assert as_kept(visit.progress.load_lab("sums")) == as_kept(state)

    # What holds after each of these

    @invariant()
    def every_visit_knows_what_was_done(self) -> None:
        for visit in self.visits:
            visit.model.look(self.disk)
            assert as_in_the_model(visit.progress.of_lesson("sums")) == standing_after(visit.model.known)
            assert visit.session.position == visit.model.position
            assert visit.session.question_index == visit.model.open_question

    @invariant()
    def whoever_comes_finds_all_that_was_acknowledged(self) -> None:
        found = Progress(self.state)
        assert as_in_the_model(found.of_lesson("sums")) == self.disk.standing()
        newest, kept = self.disk.newest_lab(), found.load_lab("sums")
        assert as_kept(kept) == (None if newest is None else newest.values)
        assert found.other_labs("sums") == max(0, len(self.disk.labs) - 1)
        assert found.notices == []
        found.close()


TestLearners = Learners.TestCase
TestLearners.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=60, derandomize=True, deadline=None, database=None,
    report_multiple_bugs=False, suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
