"""What all tests of the interface share."""

from __future__ import annotations

from typing import Any

import pytest
from textual import _wait
from textual.css.stylesheet import Stylesheet

from tutor.ui import app
from tutor.ui.screens import opening

AT_REST_SECONDS = 0.01


parse_rules = Stylesheet._parse_rules
parsed: dict[tuple[Any, ...], Any] = {}


def parse_rules_once(sheet: Stylesheet, *given: Any, **named: Any) -> Any:
    """Rules that were parsed, with the same variables: each app, and each screen in it, would parse them all anew."""
    key = (*sheet._variables.items(), given, *named.items())
    if key not in parsed:
        parsed[key] = parse_rules(sheet, *given, **named)
    return parsed[key]


@pytest.fixture(autouse=True)
def _gives_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """To search all that the process of the tests holds takes longer than most tests; those about it have it."""
    monkeypatch.setattr(app, "GIVEN_BACK_AFTER", 3600.0)
    # Textual's pilot waits, twice for each key, until the program has done next to nothing for so many seconds.
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", AT_REST_SECONDS)
    monkeypatch.setattr(_wait, "SLEEP_IDLE", AT_REST_SECONDS / 20)
    monkeypatch.setattr(Stylesheet, "_parse_rules", parse_rules_once)
    monkeypatch.setattr(opening, "set_aside_what_stays", lambda: None)
