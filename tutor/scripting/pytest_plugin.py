"""Collects walk-through scripts (``*.walk``) as tests, one each, in any folder that pytest is run in.

What reads and runs them is imported when there is one: whoever has this package installed pays nothing elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A collector for a ``.walk`` file."""
    if file_path.suffix != ".walk":
        return None
    collected: WalkFile = WalkFile.from_parent(parent, path=file_path)
    return collected


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

        run_script(read_script(self.path))

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
