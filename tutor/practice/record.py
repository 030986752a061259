"""A learner's progress with exercises, kept with the progress of lessons: tries, hints, and what was written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tutor.course.record.progress import Progress
from tutor.course.record.warm_up import due_exercises
from tutor.language.catalogue import N_, _
from tutor.practice.catalog import read_exercises
from tutor.practice.verdict import Verdict

_LONGEST_DRAFT = 100_000


@dataclass(frozen=True)
class ExerciseProgress:
    """``tries`` counts checks, ``hints`` the hints shown, ``tries_at_hint`` the tries when the last one was shown.

    ``completed`` counts how often the function was right when it was to be completed.

    ``bugs`` are the known bugs that were met, in the order of the first time. ``forms`` are those in which a check was
    right, and ``shown`` is whether the solution was asked for before the function was written.
    """

    tries: int = 0
    hints: int = 0
    tries_at_hint: int = -1
    bugs: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    shown: bool = False
    completed: int = 0

    @property
    def solved(self) -> bool:
        """Whether the learner wrote the function."""
        return "write" in self.forms

    @property
    def state(self) -> str:
        """One word: new, begun, or right; ``right, with the solution`` if that was seen first."""
        if self.solved:
            return N_("right, with the solution") if self.shown else N_("right")
        return N_("begun") if self.tries else N_("new")

    @property
    def words(self) -> str:
        """The state, and in which other forms a check was right."""
        others = [
            words for form, words in (("complete", _("completed")), ("find", _("bug found"))) if form in self.forms
        ]
        return ", ".join((_(self.state), *others))

    @property
    def missing(self) -> int:
        """How many statements are left out when the function is to be completed: one more each time that it was."""
        return 1 + self.completed

    @property
    def may_have_hint(self) -> bool:
        """Whether there was a try since the last hint; the first hint needs a try too."""
        return self.tries > max(0, self.tries_at_hint)

    def after(self, verdict: Verdict, form: str) -> ExerciseProgress:
        """The progress after one more check of this form."""
        # The bug that is to be found is not the learner's own.
        own = verdict.bugs if form == "write" else ()
        bugs, right = tuple(dict.fromkeys((*self.bugs, *own))), (form,) if verdict.word == "right" else ()
        forms, completed = tuple(dict.fromkeys((*self.forms, *right))), self.completed + (right == ("complete",))
        return replace(self, tries=self.tries + 1, bugs=bugs, forms=forms, completed=completed)

    def after_hint(self) -> ExerciseProgress:
        """The progress after one more hint."""
        return replace(self, hints=self.hints + 1, tries_at_hint=self.tries)


class PracticeRecord:
    """Reads and saves the progress with exercises."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def of(self, exercise: str) -> ExerciseProgress:
        """The progress with this exercise; that of a new one if nothing readable is kept."""
        kept = self._progress.setting(_key("progress", exercise))
        try:
            plain: dict[str, Any] = json.loads(kept) if kept else {}
            lists = {name: tuple(map(str, plain.get(name, ()))) for name in ("bugs", "forms")}
            return ExerciseProgress(**{**plain, **lists})
        except (ValueError, TypeError, AttributeError):
            return ExerciseProgress()

    def save(self, exercise: str, progress: ExerciseProgress) -> None:
        """Save it."""
        self._progress.set_setting(_key("progress", exercise), json.dumps(asdict(progress)))

    def checked(self, exercise: str, verdict: Verdict, form: str = "write") -> ExerciseProgress:
        """Count a check, record it as an event, and return the progress."""
        after = self.of(exercise).after(verdict, form)
        self.save(exercise, after)
        details = {"verdict": verdict.word, "bugs": list(verdict.bugs), "form": form}
        self._progress.record(f"exercise:{exercise}", "check", **details)
        return after

    def saw_solution(self, exercise: str) -> None:
        """Note that the learner asked for the solution."""
        done = self.of(exercise)
        if not done.solved:
            self.save(exercise, replace(done, shown=True))

    def draft(self, exercise: str, form: str = "write") -> str | None:
        """What the learner wrote last, in that form (``Form.kept_as``); None if nothing."""
        return self._progress.setting(_key(_draft(form), exercise))

    def keep_draft(self, exercise: str, source: str, form: str = "write") -> None:
        """Keep what the learner wrote, up to a length that no exercise needs."""
        self._progress.set_setting(_key(_draft(form), exercise), source[:_LONGEST_DRAFT])


def _draft(form: str) -> str:
    return "draft" if form == "write" else f"draft to {form}"


def _key(what: str, exercise: str) -> str:
    return f"{what} exercise:{exercise}"


def nothing_to_ask(progress: Progress) -> str:
    """Why no question is asked now, and the first exercise that is to be written again, if one is."""
    if again := due_exercises(progress):
        return _("No question is due. To write again: {exercise}, among the exercises.").format(exercise=again[0])
    return _("Nothing is due. What you learned comes back after a day, then after longer and longer gaps.")


def exercises_again(progress: Progress, packs: Iterable[Path] = ()) -> tuple[str, ...]:
    """The ids of the exercises to be written again, the most useful first, of those that are there.

    ``packs`` are the folders of the packs in use. Exercises are read only if one is due. Raises ``LessonError``.
    """
    due = due_exercises(progress)
    if not due:
        return ()
    there = {exercise.id for exercise in read_exercises(packs=packs)}
    return tuple(exercise for exercise in due if exercise in there)
