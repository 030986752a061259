"""What of an event goes into the database: who, when, where and how it went, and nothing that was typed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tutor.classroom.log_reader import LoggedEvent

DETAILS = frozenset((
    "step", "position", "question", "variant", "goal", "correct", "attempt", "hints", "hint", "solution", "mistake",
    "slip", "confidence", "verdict",
))  # fmt: skip
"""The details that the report, the live view and a path are made of. Others, such as drawings, stay where they are."""
TYPED = "text"
"""What the learner typed; only if the class says that its instructors may see it."""
LONGEST = 200
"""Characters of a name: of a step, a cause, a lesson. Those of dl-tutor are shorter."""
MOST_BUGS = 20
LARGEST = 2**53
IDENTITY = re.compile("[0-9a-f]{32}")
FIRST, END = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def is_kept(logged: LoggedEvent) -> bool:
    """Whether the event is one that dl-tutor can have written: its identity, the length of its names, its time."""
    event = logged.event
    names = max(len(logged.session), len(event.kind), len(event.lesson))
    return IDENTITY.fullmatch(logged.uuid) is not None and names <= LONGEST and FIRST <= event.at < END


def kept_details(details: Mapping[str, Any], typed: bool) -> dict[str, Any]:
    """The details that go into the database; with ``typed`` also what the learner typed."""
    kept = {name: value for name, value in details.items() if name in DETAILS and _is_plain(value)}
    bugs = details.get("bugs")
    if isinstance(bugs, list):
        kept["bugs"] = [bug for bug in bugs if isinstance(bug, str) and len(bug) <= LONGEST][:MOST_BUGS]
    if typed and isinstance(details.get(TYPED), str):
        kept[TYPED] = details[TYPED][:LONGEST]
    return kept


_encoded = json.JSONEncoder(check_circular=False).encode


def copied_row(learner_id: int, logged: LoggedEvent, details: Mapping[str, Any]) -> str:
    """A line of COPY's text format. Control characters but line ends are gone since ``log_reader``."""
    event = logged.event
    row = (
        f"{learner_id}\t{logged.seq}\t{logged.uuid}\t{logged.session}\t{event.at.isoformat()}\t{event.kind}\t"
        f"{event.lesson}\t{_encoded(details)}"
    )
    return row.replace("\\", "\\\\").replace("\n", "\\n") + "\n"


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST
    return isinstance(value, int) and abs(value) < LARGEST
