"""What all tests of the interface share."""

from __future__ import annotations

import pytest

from tutor.ui import app
from tutor.ui.screens import opening


@pytest.fixture(autouse=True)
def _gives_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """To search all that the process of the tests holds takes longer than most tests; those about it have it."""
    monkeypatch.setattr(app, "GIVEN_BACK_AFTER", 3600.0)
    monkeypatch.setattr(opening, "set_aside_what_stays", lambda: None)
