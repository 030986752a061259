"""Collect walk-through scripts (``*.walk``), and a class's exercises beside an ``exercises.toml``, as tests.

In any folder where pytest runs. Imports the rest of the package only when it finds one, so that other projects with
this package installed are not slowed down.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tutor.scripting.pytest_reports import as_typed, warn

PASSED_OVER = "passed over"


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Add a collector for a ``.walk`` file; put one for a class's file in the place of all others.

    The others would import the file: by a name like ``exercise_softmax_test.py``, because the command line names it, or
    with ``--doctest-modules``. Nobody's code is to run in this process.
    """
    found = yield
    if _is_of_a_class(file_path):
        from tutor.scripting.exercise_files import ExerciseFile

        of_a_class: ExerciseFile = ExerciseFile.from_parent(parent, path=file_path)
        return [of_a_class]
    script = _walk_file(file_path, parent)
    return found if script is None else [*found, script]


def _is_of_a_class(file: Path) -> bool:
    """Whether it is called ``exercise_*.py`` and stands beside an ``exercises.toml``."""
    return file.suffix == ".py" and file.name.startswith("exercise_") and (file.parent / "exercises.toml").is_file()


def _walk_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A collector for a ``.walk`` file.

    Other programs use that extension too. A file that does not begin like a script is skipped with a warning, unless
    the command line names it or it belongs to a lesson.
    """
    if file_path.suffix != ".walk":
        return None
    from tutor.scripting.parse import begins_as_script

    is_meant = (file_path.parent / "lesson.toml").is_file() or _is_named(file_path, parent.config)
    if not is_meant and not begins_as_script(file_path):
        file = as_typed(file_path, parent.config)
        warn(f"{file} does not begin like a walk-through script, with open: skipped", parent.config)
        return None
    collected: WalkFile = WalkFile.from_parent(parent, path=file_path)
    return collected


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report how many lines were skipped because TensorFlow is not installed."""
    found = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == PASSED_OVER
    ]
    if found:
        count = sum(number for number, _ in found)
        terminalreporter.write_line(f"{count} expectations of {len(found)} walk-through scripts skipped: {found[0][1]}")


def _is_named(file: Path, config: pytest.Config) -> bool:
    """Whether the command line names the file itself, not just its folder."""
    here = config.invocation_params.dir
    named = (argument.partition("::")[0] for argument in config.args)
    return any(os.path.realpath(here / argument) == os.path.realpath(file) for argument in named)


class WalkFile(pytest.File):
    """One script. A script that cannot be parsed is a collection error with file and line."""

    def collect(self) -> Iterator[pytest.Item]:
        """The script as one test."""
        from tutor.scripting.parse import read_script
        from tutor.scripting.script import ScriptError

        file = as_typed(self.path, self.config)
        try:
            read_script(self.path)
        except ScriptError as error:
            raise self.CollectError(f"{file}:{error.line}: {error.reason}") from error
        yield WalkItem.from_parent(self, name="walk")


class WalkItem(pytest.Item):
    """A script, run as a test."""

    def runtest(self) -> None:
        """Run the whole script."""
        from tutor.scripting.parse import read_script
        from tutor.scripting.runner import run_script

        outcome = run_script(read_script(self.path))
        if outcome.passed_over:
            # Through the report, since pytest-xdist runs tests in other processes.
            self.user_properties.append((PASSED_OVER, (outcome.passed_over, outcome.why)))

    def repr_failure(  # type: ignore[override]  # pytest's own return type is wider than it says
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> object:
        """``file:line: expected …, got …``; a traceback only for other errors."""
        from tutor.scripting.script import ExpectationFailed, ScriptError

        error = excinfo.value
        if isinstance(error, ExpectationFailed):
            file = as_typed(error.file, self.config)
            return f"{file}:{error.line}: expected {error.expected}, got {error.got}"
        if isinstance(error, ScriptError):
            return f"{as_typed(error.file, self.config)}:{error.line}: {error.reason}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The location of the script."""
        return self.path, 0, f"walk: {self.path.name}"
