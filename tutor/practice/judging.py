"""Judges what a learner's program did: compares it with what is right, and with what each known bug does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.language.catalogue import N_, _, ngettext
from tutor.practice.bank import Bank
from tutor.practice.comparing import Unlike, as_numbers, as_parts, close, unlike
from tutor.practice.exercise import Exercise
from tutor.practice.failures import UNWRITTEN, failure_verdict, outcome_verdict
from tutor.practice.likeness import Compared, elsewhere, likeness
from tutor.practice.pictures import compared
from tutor.practice.precision import rounded
from tutor.practice.readings import remark
from tutor.practice.references import right_for
from tutor.practice.right import Plain, Right, arithmetic
from tutor.practice.runner.client import Call, Outcome
from tutor.practice.runner.values import is_ellipsis
from tutor.practice.verdict import Verdict, Where
from tutor.practice.where_text import where_text

RIGHT = N_("Right.")
CHANGED = N_(
    "changed in place: whoever calls the function still needs it. Work on a copy, or write x = x + 1 instead of x += 1."
)


def judge(
    exercise: Exercise, outcome: Outcome, bank: Bank, further: Sequence[Mapping[str, Any]], solved: Sequence[Call] = ()
) -> Verdict:
    """The verdict on the outcome of a run on the bank's inputs and then on ``further`` ones.

    ``solved`` is what the solution does with those: necessary for an exercise without a reference.
    """
    if outcome.ended != "ok":
        return replace(outcome_verdict(exercise, outcome), printed=outcome.printed)
    inputs = [*bank.inputs, *further]
    solution = [*bank.solution.calls, *solved]
    rights = [_right_values(exercise, call, given) for call, given in zip_longest(solution, inputs)]
    calls = [
        replace(call, value=as_parts(call.value, right)) for call, right in zip(outcome.calls, rights, strict=True)
    ]
    verdict = _judged(exercise, calls, bank, inputs, rights)
    return replace(verdict, printed=outcome.printed)


def _judged(
    exercise: Exercise, calls: Sequence[Call], bank: Bank, inputs: Sequence[Mapping[str, Any]],
    rights: Sequence[tuple[Any, ...]],
) -> Verdict:  # fmt: skip
    values = [call.value for call in calls if call.failure is None]
    if len(values) == len(calls) and all(value is None or _is_left_open(value) for value in values):
        unwritten = any(map(_is_left_open, values))
        return Verdict("wrong", _(UNWRITTEN).capitalize() if unwritten else _nothing(exercise))
    wrong = [
        i for i, (call, right) in enumerate(zip(calls, rights, strict=True))
        if call.failure is not None or call.changed or unlike(call.value, right, exercise.tolerance) is not None
    ]  # fmt: skip
    if not wrong:
        return Verdict("right", _(RIGHT))
    found = [each for each in bank.same(calls[: len(bank.inputs)], exercise.tolerance) if each.bugs]
    if found:
        bugs = found[0].bugs
        said = " And: ".join(exercise.bug(name).say for name in bugs)
        first = _first_wrong(exercise, calls, rights, inputs, wrong)
        return Verdict("bug", said, bugs, first.where, inputs=first.inputs, picture=first.picture)
    # Some part of it, in a function that it calls, may have worked in float32: it is held to what that can give.
    if all(_right_in_single(calls[i], rights[i], exercise.tolerance) for i in wrong):
        return Verdict("right", _(RIGHT))
    return _first_wrong(exercise, calls, rights, inputs, wrong)


def _right_in_single(call: Call, right: tuple[Any, ...], tolerance: float) -> bool:
    return call.failure is None and not call.changed and unlike(rounded(call.value), right, tolerance) is None


def _right_values(exercise: Exercise, solved: Call | None, inputs: Mapping[str, Any]) -> tuple[Any, ...]:
    """What should be returned: by the reference, or by the solution where there is none."""
    if exercise.right:
        return tuple(cells.values for _, cells in right_for(exercise.right, inputs).returns)
    assert solved is not None, "a run of the solution is missing"
    value = solved.value
    return tuple(
        each if isinstance(each, dict | list | str) else np.asarray(each)
        for each in (value if len(exercise.returns) > 1 else (value,))
    )


def _first_wrong(
    exercise: Exercise, calls: Sequence[Call], rights: Sequence[tuple[Any, ...]],
    inputs: Sequence[Mapping[str, Any]], wrong: Sequence[int],
) -> Verdict:  # fmt: skip
    """The verdict on inputs with which it went wrong: drawn ones rather than the extreme cases, and small ones."""
    cases = len(exercise.cases)
    differences = {i: unlike(calls[i].value, rights[i], exercise.tolerance) for i in wrong if calls[i].failure is None}
    at = min(wrong, key=lambda i: (i in differences, i < cases, _rank(differences.get(i)), _size(inputs[i])))
    call, given = calls[at], dict(inputs[at])
    if call.failure is not None:
        return replace(failure_verdict(call.failure, exercise), inputs=given)
    found = differences[at]
    if found is None:
        names = _(" and ").join(list(given)[i] for i in call.changed)
        said = ngettext(
            "The result is right, but {names} was {changed}",
            "The result is right, but {names} were {changed}",
            len(call.changed),
        ).format(names=names, changed=_(CHANGED))
        return Verdict("wrong", said, inputs=given)
    if call.value is None:
        return Verdict("wrong", _nothing(exercise, always=False), inputs=given)
    if found.difference == "entry":
        name, like = exercise.returns[found.part], remark(exercise.read, call.value, rights[at][found.part])
        where = Where(name, found.index, found.got, found.expected, like=like)
        return Verdict("wrong", where_text(where), where=where, inputs=given)
    if found.difference != "numbers":
        return Verdict("wrong", _said(exercise, found), inputs=given)
    right = right_for(exercise.right, given) if exercise.right else None
    first = _step(exercise, call, right) or _returned(exercise, call, rights[at], found, right)
    others = [i for i in range(len(calls)) if i != at]
    alike = elsewhere(exercise, calls, rights, inputs, others, first.where.name, first.part)
    like = likeness(Compared(first.got, first.right, given), exercise.tolerance, alike)
    where = replace(first.where, like=like)
    picture = compared(where.name, first.got, first.right, exercise.tolerance)
    return Verdict("wrong", where_text(where), where=where, inputs=given, picture=picture)


@dataclass(frozen=True)
class _First:
    """The first number that is wrong, and the arrays that it is in: a step, or that part of what is returned."""

    where: Where
    got: NDArray[Any]
    right: NDArray[Any]
    part: int | None = None


def _step(exercise: Exercise, call: Call, right: Right | None) -> _First | None:
    """The first number that is wrong in a variable that the start file names, if there is one."""
    for name, cells in right.steps if right is not None else ():
        got = as_numbers(call.locals.get(name)) if name in call.locals else None
        # A mask of True and False is another way, and not a wrong step.
        if got is None or isinstance(cells, Plain) or got.shape != cells.values.shape or got.dtype == np.bool_:
            continue
        wrong = ~close(got, cells.values, exercise.tolerance)
        if wrong.any():
            index = tuple(int(i) for i in np.argwhere(wrong)[0])
            ends = got[index].item(), cells.values[index].item()
            return _First(Where(name, index, *ends, arithmetic(cells, index)), got, cells.values)
    return None


def _returned(exercise: Exercise, call: Call, rights: tuple[Any, ...], found: Unlike, right: Right | None) -> _First:
    """The first number that is wrong in what is returned; in a part that other parts follow from, if it is one."""
    steps = [cells for _, cells in right.steps] if right is not None else []
    for part, (__, cells) in enumerate(right.returns if right is not None and len(rights) > 1 else ()):
        step = any(cells is each for each in steps)
        early = unlike(call.value[part], (rights[part],), exercise.tolerance) if step else None
        if early is not None and early.difference == "numbers":
            found = replace(early, part=part)
            break
    value = call.value[found.part] if len(rights) > 1 else call.value
    how = arithmetic(right.returns[found.part][1], found.index) if right is not None else ""
    where = Where(exercise.returns[found.part], found.index, found.got, found.expected, how)
    return _First(where, np.asarray(value), rights[found.part], found.part)


def _said(exercise: Exercise, found: Unlike) -> str:
    name = exercise.returns[found.part]
    match found.difference:
        case "nothing":
            return _("{name} is None; expected {expected}.").format(name=name, expected=found.expected)
        case "count":
            several = ", ".join(exercise.returns)
            got = _("1 value") if found.got == 1 else _("{got} values").format(got=found.got)
            return _("{function} returns {got}; expected {expected}: {several}.").format(
                function=exercise.function, got=got, expected=found.expected, several=several
            )
        case "shape":
            got = _("has the shape {got}").format(got=found.got) if found.got else _("is one number")
            expected = (
                _(found.expected)
                if found.got
                else _("an array of the shape {expected}").format(expected=found.expected)
            )
            return _("{name} {got}; expected {expected}.").format(
                name=name, got=got, expected=expected if found.expected else _("one number")
            )
    makes = (
        _(": np.array({name}) makes one").format(name=name)
        if found.got in ("list", "tuple") and found.expected == "an array"
        else ""
    )
    return _("{name} is a {got}; expected {expected}{makes}.").format(
        name=name, got=found.got, expected=_(found.expected), makes=makes
    )


def _is_left_open(value: Any) -> bool:
    """Whether this is the ... of a start file, or a tuple of them."""
    if isinstance(value, tuple) and value:
        return all(map(_is_left_open, value))
    return is_ellipsis(value)


def _nothing(exercise: Exercise, always: bool = True) -> str:
    sentence = (
        _("{function} returns nothing. Does it end with return {names}?")
        if always
        else _("{function} returns nothing with these inputs. Does every way through it end with return {names}?")
    )
    return sentence.format(function=exercise.function, names=", ".join(exercise.returns))


def _rank(found: Unlike | None) -> int:
    """What is said first: another shape explains more than a number, and a change in place is said of what is right."""
    if found is None:
        return 2
    return int(found.difference in ("numbers", "entry"))


def _size(inputs: Mapping[str, Any]) -> int:
    return sum(int(np.size(value)) for value in inputs.values() if isinstance(value, np.ndarray))
