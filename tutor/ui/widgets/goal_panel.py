"""The goals of a step and their state."""

from __future__ import annotations

from time import monotonic

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tutor.course.lessons.lesson import Goal
from tutor.course.questions.goals import GoalState
from tutor.course.session import TRY_FIRST, LessonSession
from tutor.labs.kit.controls import ControlError
from tutor.language.catalogue import _, ngettext
from tutor.ui.terminal.characters import draws_plainly

OPEN, REACHED = "☐", "☑"
OPEN_PLAINLY, REACHED_PLAINLY = "[ ]", "[x]"
# While the lab trains, judging may take about a tenth of the time, since readouts of a network are expensive.
_REST = 10


class GoalPanel(VerticalScroll, can_focus=False):
    """Lists the goals of the session's current step, each with a sign and a word, and hints and solutions."""

    class Solved(Message):
        """A solution was carried out in the lab."""

    class Judged(Message):
        """Goals were reached or the step changed, so that the available help may have changed."""

    def __init__(self, session: LessonSession) -> None:
        super().__init__(id="goals")
        self._session = session
        self._said = Content("")
        self._solved = Content("")
        self._looks = False
        self._rest_until = 0.0
        self._closed = False

    def compose(self) -> ComposeResult:
        """The goals, and below them the last message about them."""
        yield Static(id="goal-list", markup=False)
        yield Static(id="goal-said", markup=False)

    def on_unmount(self) -> None:
        """Stop judging: the lab may be closed."""
        self._closed = True

    @property
    def open(self) -> bool:
        """Whether the step has an open goal."""
        return self._session.goals.first_open(self._session.step) is not None

    def show_step(self) -> None:
        """Show the current step's goals; hide the panel if it has none."""
        self.display = bool(self._session.step.goals)
        self._said = Content("")
        if self.display:
            self._session.goals.look(self._session.step)
            self._paint()

    def look_soon(self) -> None:
        """Judge the goals after pending messages; repeated calls until then have no further effect."""
        rests = self._session.lab.busy and monotonic() < self._rest_until
        if self.display and not self._looks and not rests:
            self._looks = True
            self.call_later(self._look)

    def take_hint(self) -> None:
        """Show the hint for the first open goal."""
        self._say(Content(self._session.goals.hint(self._session.step)))

    def solve(self) -> None:
        """Show a solution of the first open goal; if it is shown already, carry it out."""
        goals, step = self._session.goals, self._session.step
        if not goals.solution_is_told(step):
            self._say(Content.assemble(goals.tell_solution(step), (_("\ns: do it"), "bold")))
            return
        try:
            self._solved = Content(_("{said} ctrl+z takes it back.").format(said=self._session.solve_goal()))
            self._say(self._solved)
        except ControlError as error:
            self._warn(str(error))
        self.post_message(self.Solved())

    def _look(self) -> None:
        self._looks = False
        if self._closed or not self.display:
            return
        began = monotonic()
        reached = self._session.goals.look(self._session.step)
        self._rest_until = monotonic() + _REST * (monotonic() - began)
        missed = self._session.missed_by_solution()
        if reached:
            self._tell(reached)
        elif missed:
            self._warn(missed)
        elif self._said is self._solved and not self._session.solution_stands:
            # It was undone, or the learner made further changes.
            self._said = Content("")
        self._paint()

    def _tell(self, reached: tuple[int, ...]) -> None:
        numbers = _(" and ").join(str(index + 1) for index in reached)
        words = ngettext("Goal {numbers} reached.", "Goals {numbers} reached.", len(reached)).format(numbers=numbers)
        self._said = Content.assemble(("✓ ", "bold $text-success"), (words, "bold"))
        if any(not node.display for node in self.ancestors_with_self):
            # The full lab covers the panel.
            self.app.notify(words)
        self.post_message(self.Judged())

    def _say(self, said: Content) -> None:
        self._said = said
        self._paint()
        self.call_after_refresh(self.scroll_end, animate=False)

    def _warn(self, words: str) -> None:
        self._say(Content.assemble(("! ", "bold $text-warning"), words))

    def _paint(self) -> None:
        session = self._session
        goals = session.step.goals
        states = [session.goals.state(session.step, index) for index in range(len(goals))]
        reached = sum(state.reached for state in states)
        self.border_title = Content(
            _("Goals: {reached} of {count} reached").format(reached=reached, count=len(goals))
            if len(goals) > 1
            else _("Goal")
        )
        lines = [
            self._line(number, goal, state)
            for number, (goal, state) in enumerate(zip(goals, states, strict=True), start=1)
        ]
        first = [Content.styled(_(TRY_FIRST), "bold")] if session.poses_first else []
        self.query_one("#goal-list", Static).update(Content("\n").join([*first, *lines]))
        below = [self._said] if self._said else []
        if reached == len(goals):
            below.append(Content.styled(self._way_on(), "bold"))
        said = self.query_one("#goal-said", Static)
        said.update(Content("\n").join(below))
        said.display = bool(below)

    def _way_on(self) -> str:
        return _("n: finish the lesson") if self._session.at_end else _("n: the next step")

    def _line(self, number: int, goal: Goal, state: GoalState) -> Content:
        text = self._session.goals.text(goal)
        opened, done = (OPEN_PLAINLY, REACHED_PLAINLY) if draws_plainly(self) else (OPEN, REACHED)
        if state.reached:
            return Content.assemble(
                (_("{done} {number} reached: ").format(done=done, number=number), "bold $text-success"), text
            )
        progress = f"({state.progress}) " if state.conditions > 1 else ""
        return Content.assemble((f"{opened} {number} {progress}", "bold"), text)
