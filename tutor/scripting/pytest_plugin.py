"""Collects walk-through scripts (``*.walk``) as tests, one each, in any folder that pytest is run in.

What reads and runs them is imported when there is one: whoever has this package installed pays nothing elsewhere.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

PASSED_OVER = "passed over"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A collector for a ``.walk`` file.

    Other programs have files of that name. One that does not begin as a script is passed over with a warning, unless
    the command line names it, or it is a lesson's own.
    """
    if file_path.suffix != ".walk":
        return None
    from tutor.scripting.parse import begins_as_script

    is_meant = (file_path.parent / "lesson.toml").is_file() or _is_named(file_path, parent.config)
    if not is_meant and not begins_as_script(file_path):
        file = _as_typed(file_path, parent.config)
        _warn(f"{file} does not begin as a walk-through script, with open: passed over", parent.config)
        return None
    collected: WalkFile = WalkFile.from_parent(parent, path=file_path)
    return collected


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many lines were passed over because TensorFlow is not installed."""
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
        terminalreporter.write_line(
            f"{count} expectations of {len(found)} walk-through scripts passed over: {found[0][1]}"
        )


def _warn(text: str, config: pytest.Config) -> None:
    """Warn, also where warnings are errors: that is said of the tests that are run, and this file is none."""
    warning = pytest.PytestCollectionWarning(text)
    try:
        warnings.warn(warning, stacklevel=1)
    except pytest.PytestCollectionWarning:
        message = warnings.WarningMessage(warning, pytest.PytestCollectionWarning, __file__, 1)
        config.hook.pytest_warning_recorded.call_historic(
            kwargs={"warning_message": message, "when": "collect", "nodeid": "", "location": None}
        )


def _is_named(file: Path, config: pytest.Config) -> bool:
    """Whether the command line names the file itself and not a folder that it is in."""
    here = config.invocation_params.dir
    named = (argument.partition("::")[0] for argument in config.args)
    return any(os.path.realpath(here / argument) == os.path.realpath(file) for argument in named)


def _as_typed(path: Path, config: pytest.Config) -> Path:
    """The path from where pytest was started, as other tools can open it."""
    return Path(os.path.relpath(path, config.invocation_params.dir))


class WalkFile(pytest.File):
    """One script. A script that cannot be read is an error of collection, named with file and line."""

    def collect(self) -> Iterator[pytest.Item]:
        """The script as one test."""
        from tutor.scripting.parse import read_script
        from tutor.scripting.script import ScriptError

        file = _as_typed(self.path, self.config)
        try:
            read_script(self.path)
        except ScriptError as error:
            raise self.CollectError(f"{file}:{error.line}: {error.reason}") from error
        yield WalkItem.from_parent(self, name="walk")


class WalkItem(pytest.Item):
    """A script that is run as a test."""

    def runtest(self) -> None:
        """Run all of it."""
        from tutor.scripting.parse import read_script
        from tutor.scripting.runner import run_script

        outcome = run_script(read_script(self.path))
        if outcome.passed_over:
            # In the report, which comes from another process under pytest-xdist.
            self.user_properties.append((PASSED_OVER, (outcome.passed_over, outcome.why)))

    def repr_failure(  # type: ignore[override]  # pytest's own return type is wider than it says
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> object:
        """``file:line: expected …, got …``; a traceback only for what is neither."""
        from tutor.scripting.script import ExpectationFailed, ScriptError

        error = excinfo.value
        if isinstance(error, ExpectationFailed):
            file = _as_typed(error.file, self.config)
            return f"{file}:{error.line}: expected {error.expected}, got {error.got}"
        if isinstance(error, ScriptError):
            return f"{_as_typed(error.file, self.config)}:{error.line}: {error.reason}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the script begins."""
        return self.path, 0, f"walk: {self.path.name}"
