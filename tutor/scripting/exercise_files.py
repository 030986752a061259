"""A class's files as tests: each is checked like ``dl-tutor practice check``, in a process apart from pytest's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.text_file import TextFileError, read_text_file
from tutor.course.words.printable_text import printable
from tutor.practice.checking import Checker
from tutor.practice.class_files import CLASS_TOML, exercise_for, read_class_files
from tutor.practice.exercise import Exercise
from tutor.practice.report import verdict_lines
from tutor.practice.runner.client import RunnerGone
from tutor.scripting.pytest_reports import as_typed, warn

_CHECKER = pytest.StashKey[Checker]()


class NotRight(Exception):
    """The verdict on a file is another than right; the message is what is reported."""


class ExerciseFile(pytest.File):
    """A file of a class. It is read as text, and neither imported nor run here."""

    def collect(self) -> Iterator[pytest.Item]:
        """The file as one test; none, with a warning, if no pattern is for it."""
        toml = self.path.parent / CLASS_TOML
        try:
            exercise = exercise_for(self.path.name, read_class_files(toml))
        except LessonError as error:
            raise self.CollectError(printable(str(error))) from error
        if exercise is None:
            file = as_typed(self.path, self.config)
            warn(printable(f"{file} matches no pattern of {CLASS_TOML}: skipped"), self.config)
            return
        yield ExerciseItem.from_parent(self, name=exercise.id, exercise=exercise)


class ExerciseItem(pytest.Item):
    """A file that is to solve an exercise: passes if the verdict is right."""

    def __init__(self, *, exercise: Exercise, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]
        self._exercise = exercise

    def runtest(self) -> None:
        """Check the file."""
        try:
            source = read_text_file(self.path)
        except TextFileError as error:
            raise NotRight(self._report("It cannot be read", str(error))) from None
        try:
            verdict = _checker(self.config).check(self._exercise, source)
        except RunnerGone as error:
            _end_checker(self.config)
            raise NotRight(self._report("Not checked", f"the process that runs the code ended: {error}")) from None
        if verdict.word != "right":
            raise NotRight(self._report(*verdict_lines(self._exercise, verdict)))

    def repr_failure(  # type: ignore[override]  # pytest's own return type is wider than it says
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> object:
        """The lines of the verdict; a traceback only for other errors."""
        return str(excinfo.value) if isinstance(excinfo.value, NotRight) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, and the exercise that it is to solve."""
        return self.path, 0, f"exercise {self._exercise.id}: {self.path.name}"

    def _report(self, first: str, *rest: str) -> str:
        """The lines, without control characters: what a file printed is among them."""
        return printable("\n".join((f"{as_typed(self.path, self.config)}: {first}", *rest)))


def _checker(config: pytest.Config) -> Checker:
    """The session's process, started with the first file."""
    if _CHECKER not in config.stash:
        config.stash[_CHECKER] = Checker()
        config.add_cleanup(lambda: _end_checker(config))
    return config.stash[_CHECKER]


def _end_checker(config: pytest.Config) -> None:
    if _CHECKER in config.stash:
        config.stash[_CHECKER].close()
        del config.stash[_CHECKER]
