"""What all tests of the interface share."""

from __future__ import annotations

import pytest
from textual import _wait

from tutor.ui import app
from tutor.ui.screens import opening

AT_REST_SECONDS = 0.01


@pytest.fixture(autouse=True)
def _gives_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """To search all that the process of the tests holds takes longer than most tests; those about it have it."""
    monkeypatch.setattr(app, "GIVEN_BACK_AFTER", 3600.0)
    # Textual's pilot waits, twice for each key, until the program has done next to nothing for so many seconds.
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", AT_REST_SECONDS)
    monkeypatch.setattr(_wait, "SLEEP_IDLE", AT_REST_SECONDS / 20)
    monkeypatch.setattr(opening, "set_aside_what_stays", lambda: None)
