"""Evaluate a lesson's formula on a lab: elementwise arithmetic on the lab's numbers, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tutor.course.questions.lab_formula import Constant, LabFormula, Name, Node, Operation
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.places import LookupFailed, numbers_in, split_path

Floats = NDArray[np.float64]

_FUNCTIONS: dict[str, Callable[..., NDArray[np.float64]]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power, "negative": np.negative,
    "sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min, "sqrt": np.sqrt, "exp": np.exp, "ln": np.log,
    "floor": np.floor,
}  # fmt: skip


def formula_value(formula: LabFormula, lab: Lab) -> float:
    """The value of the formula on the current lab; nan or inf if its arithmetic has no finite result.

    Raises ``LookupFailed`` for a name that the lab does not have, for shapes that do not match, and for a result of
    more than one number.
    """
    with np.errstate(all="ignore"):
        value = _value(formula.root, formula.text, lab)
    if value.size != 1:
        raise LookupFailed(f"{formula.text} gives {value.size} numbers; sum, mean, max or min make one of them")
    return float(value.reshape(()))


def addends(formula: LabFormula, lab: Lab) -> tuple[float, ...]:
    """The addends of the formula's outermost sum, with their signs; one if it is no sum, and none if one of them is
    no single number. Raises ``LookupFailed`` as ``formula_value`` does."""
    with np.errstate(all="ignore"):
        values = [sign * _value(node, formula.text, lab) for sign, node in _outermost(formula.root, 1)]
    return tuple(float(value.reshape(())) for value in values) if all(v.size == 1 for v in values) else ()


def _outermost(node: Node, sign: int) -> list[tuple[int, Node]]:
    if isinstance(node, Operation) and node.sign in ("+", "-"):
        first, second = node.operands
        return [*_outermost(first, sign), (sign if node.sign == "+" else -sign, second)]
    return [(sign, node)]


def numbers_at(path: str, lab: Lab) -> Floats:
    """The number at a path, or all numbers of a readout or control. Raises ``LookupFailed``."""
    name, places = split_path(path)
    if not places:
        if name in lab.readout_names():
            values = [value for _, _, value in numbers_in(lab.read(name))]
            if len(values) > 1:
                return np.asarray(values, dtype=np.float64)
        elif any(control.name == name for control in lab.value_controls()) and isinstance(lab.get(name), tuple):
            return lab.vector(name)
    value = lab.lookup(path)
    if isinstance(value, str):
        raise LookupFailed(f"{path} is a word; a formula takes numbers")
    return np.asarray(value, dtype=np.float64)


def _value(node: Node, text: str, lab: Lab) -> Floats:
    match node:
        case Constant(value):
            return np.asarray(value)
        case Name(path):
            return numbers_at(path, lab)
    operands = [_value(operand, text, lab) for operand in node.operands]
    try:
        return np.asarray(_FUNCTIONS[node.sign](*operands))
    except ValueError:
        sizes = " and ".join("×".join(map(str, operand.shape)) or "1" for operand in operands)
        raise LookupFailed(f"{text}: the shapes {sizes} do not match") from None
