"""What the pytest plugin says: paths as they were typed, and warnings that fail no session."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest


def as_typed(path: Path, config: pytest.Config) -> Path:
    """The path relative to where pytest was started, for other tools to open."""
    return Path(os.path.relpath(path, config.invocation_params.dir))


def warn(text: str, config: pytest.Config) -> None:
    """Warn, even if warnings are errors: that setting is meant for the tests, and this file is not one."""
    warning = pytest.PytestCollectionWarning(text)
    try:
        warnings.warn(warning, stacklevel=1)
    except pytest.PytestCollectionWarning:
        message = warnings.WarningMessage(warning, pytest.PytestCollectionWarning, __file__, 1)
        config.hook.pytest_warning_recorded.call_historic(
            kwargs={"warning_message": message, "when": "collect", "nodeid": "", "location": None}
        )
