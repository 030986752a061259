"""What a displayed arithmetic comes to, read as a person would, and the check of all of a trace's cells."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from tutor.engine.derivations.trace import Trace, derive

# How much of the largest operand may be lost to rounding in the pass itself, as where a sum cancels.
ROUNDING = {"float64": 1e-12, "float32": 1e-5}
# GELU takes √½ as TensorFlow does, rounded to float32, in float64 networks too.
ROUNDING_OF_NORMAL_CDF = 1e-7

NAMES = {
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "sqrt": math.sqrt,
    "arccos": math.acos,
    "max": max,
    "min": min,
    "Φ": lambda z: math.erfc(-z / math.sqrt(2)) / 2,
    "φ": lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
}


def evaluated(numbers: str) -> float:
    """The value of the text, by Python's own grammar."""
    text = re.sub(r"e\^\(", "exp(", numbers.replace("−", "-").replace("·", "*")).replace("^", "**")
    return float(eval(text.replace("ln(", "log(").replace("√(", "sqrt("), dict(NAMES)))


def assert_every_cell_is_explained(trace: Trace) -> int:
    """Every number of ``trace`` is the value of its arithmetic, and its operands are there; how many were derived."""
    derived = 0
    rounding = ROUNDING[trace.spec.dtype]
    for name in trace.names():
        array = trace.array(name)
        for index in np.ndindex(array.shape):
            derivation = derive(trace, name, *index)
            assert (derivation.cell.name, derivation.cell.index) == (name, index)
            assert derivation.value == float(array[index])
            for operand in derivation.operands:
                assert operand.value == float(trace.array(operand.name)[operand.index])
                assert (operand.name, operand.index) != (name, index)
            if derivation.formula == "given":
                assert not derivation.operands
                continue
            derived += 1
            allowed = max(rounding, ROUNDING_OF_NORMAL_CDF) if "Φ" in derivation.formula else rounding
            shown = evaluated(derivation.numbers)
            scale = max((abs(operand.value) for operand in derivation.operands), default=0.0)
            assert shown == pytest.approx(derivation.value, rel=2e-5, abs=allowed * scale), derivation
    return derived
