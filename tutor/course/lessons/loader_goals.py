"""Read a step's goals: ``[[step.goal]]``."""

from __future__ import annotations

from tutor.course.lessons.lesson import Condition, Goal, Probe, Solution
from tutor.course.lessons.lesson_entry import LARGEST_NUMBER, Entry
from tutor.course.lessons.loader_probes import probe_formula

_BOUNDS = ("above", "below", "at_least", "at_most")
_PROBE = {"read", "formula", "set", "against", "within"}
_EXPECTED = (
    "a condition is { read = …, is = … }, or above, below, at_least, at_most in place of is; it may have set, against, "
    "within, and formula in place of read, as a probe has"
)
_SOLUTION = "'solution' is { set = { control = value, … }, press = [ actions ] }, with at least one of the two"


def read_goal(entry: Entry) -> Goal:
    """The goal in the entry; raises ``LessonError``."""
    entry.only({"say", "when", "hint", "solution"})
    plain = entry.plain.get("when")
    conditions = plain if isinstance(plain, list) else [plain]
    if plain is None or not conditions:
        raise entry.error("when", f"a goal needs 'when': {_EXPECTED}")
    return Goal(
        entry.text("say"),
        tuple(_condition(entry, condition) for condition in conditions),
        entry.text("hint"),
        _solution(entry),
    )


def _condition(entry: Entry, plain: object) -> Condition:
    if not isinstance(plain, dict):
        raise entry.error("when", _EXPECTED)
    if "press" in plain:
        raise entry.error("when", "a condition presses nothing: a goal is judged on what the learner has pressed")
    read, changes, against = plain.get("read", plain.get("formula")), plain.get("set", {}), plain.get("against")
    within, equals = plain.get("within", 1e-9), plain.get("is")
    bounds = {name: plain[name] for name in _BOUNDS if name in plain}
    if not (
        not set(plain) - _PROBE - {"is", *_BOUNDS}
        and ("read" in plain) != ("formula" in plain)
        and isinstance(read, str)
        and read.strip()
        and isinstance(changes, dict)
        and isinstance(against, str | None)
        and _is_number(within)
        and within >= 0
        and (equals is None or isinstance(equals, str) or _is_number(equals))
        and all(_is_number(bound) for bound in bounds.values())
    ):
        raise entry.error("when", _EXPECTED)
    if (equals is None) == (not bounds):
        raise entry.error("when", "a condition has 'is', or bounds: above, below, at_least, at_most")
    if against is not None and equals not in ("greater", "less", "equal"):
        raise entry.error("when", 'with \'against\' a condition has is = "greater", "less" or "equal"')
    formula = probe_formula(entry, "when", read) if "formula" in plain else None
    return Condition(Probe(read.strip(), changes, (), against, float(within), formula), equals, **bounds)


def _is_number(value: object) -> bool:
    """Whether it is a finite number in the range of a float."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER


def _solution(entry: Entry) -> Solution:
    solution = entry.plain.get("solution")
    if not isinstance(solution, dict) or not solution or set(solution) - {"set", "press"}:
        raise entry.error("solution", _SOLUTION)
    changes, press = solution.get("set", {}), solution.get("press", [])
    if not isinstance(changes, dict) or not isinstance(press, list) or not all(isinstance(a, str) for a in press):
        raise entry.error("solution", _SOLUTION)
    return Solution(changes, tuple(press))
