"""Read a probe: a readout's name, or a table that also changes a copy of the lab first."""

from __future__ import annotations

from tutor.course.lessons.lesson import Probe
from tutor.course.lessons.lesson_entry import LARGEST_NUMBER, Entry
from tutor.course.questions.lab_formula import FormulaError, LabFormula, read_formula


def read_probe(entry: Entry, key: str) -> Probe:
    """The probe at ``key``; raises ``LessonError``."""
    plain = entry.plain.get(key)
    if isinstance(plain, str) and plain.strip():
        return Probe(plain.strip())
    expected = (
        f"{key!r} is the name of a readout, or {{ read = …, set = {{ … }}, press = [ … ], against = … }} "
        "with formula = … in place of read where it is arithmetic on the lab's numbers"
    )
    if not isinstance(plain, dict) or set(plain) - {"read", "formula", "set", "press", "against", "within"}:
        raise entry.error(key, expected)
    if ("read" in plain) == ("formula" in plain):
        raise entry.error(key, expected)
    read, against = plain.get("read", plain.get("formula")), plain.get("against")
    changes, press, within = plain.get("set", {}), plain.get("press", []), plain.get("within", 1e-9)
    if not (
        isinstance(read, str)
        and isinstance(changes, dict)
        and isinstance(press, list)
        and isinstance(against, str | None)
        and all(isinstance(action, str) for action in press)
        and isinstance(within, int | float)
        and 0 <= within <= LARGEST_NUMBER
    ):
        raise entry.error(key, expected)
    formula = probe_formula(entry, key, read) if "formula" in plain else None
    return Probe(read, changes, tuple(press), against, float(within), formula)


def probe_formula(entry: Entry, key: str, text: str) -> LabFormula:
    """The formula of a probe at ``key``; raises ``LessonError``."""
    try:
        return read_formula(text)
    except FormulaError as error:
        raise entry.error(key, str(error)) from error
