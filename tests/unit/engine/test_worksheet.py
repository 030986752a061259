"""A worksheet: small sums by hand, and one that stands on a network's pass."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.engine.shown_arithmetic import evaluated
from tutor.engine.derivations.forms import Form
from tutor.engine.derivations.trace import NoSuchCellError, record
from tutor.engine.derivations.worksheet import Worksheet
from tutor.engine.layers import Dense
from tutor.engine.parameters import initial_theta, views
from tutor.engine.spec import NetworkSpec


@pytest.fixture
def sheet() -> Worksheet:
    sheet = Worksheet()
    sheet.give("x", [2.0, -3.0])
    sheet.put("square", [4.0, 9.0], lambda i: Form("x²", lambda n: n(sheet.cell("x", i)) * n(sheet.cell("x", i))))
    sheet.put("sum", 13.0, lambda: Form("Σ x²", lambda n: n(sheet.cell("square", 0)) + n(sheet.cell("square", 1))))
    return sheet


def test_a_number_leads_to_those_it_was_made_from(sheet: Worksheet) -> None:
    whole = sheet.derive(sheet.cell("sum"))
    assert (whole.formula, whole.numbers, whole.value) == ("Σ x²", "4 + 9", 13.0)
    assert [operand.label for operand in whole.operands] == ["square[0]", "square[1]"]
    part = sheet.derive(whole.operands[1])
    assert part.numbers == "(−3)·(−3)"
    assert evaluated(part.numbers) == 9.0
    end = sheet.derive(part.operands[0])
    assert (end.formula, end.operands) == ("given", ())


@pytest.mark.parametrize(("name", "index"), [("y", ()), ("x", (2,)), ("x", ()), ("sum", (0,)), ("x", (-1,))])
def test_what_is_not_there_is_said(sheet: Worksheet, name: str, index: tuple[int, ...]) -> None:
    with pytest.raises(NoSuchCellError, match=name):
        sheet.cell(name, *index)


def test_what_it_does_not_know_is_the_passes() -> None:
    spec = NetworkSpec("t", (2,), (Dense(1, "relu"),), "mean_squared_error", dtype="float64")
    theta = initial_theta(spec)
    theta[:] = [2.0, -1.0, 0.5]
    sheet = Worksheet(record(spec, views(spec, theta), np.array([[3.0, 4.0]])))
    sheet.put("twice", 5.0, lambda: Form("2·y", lambda n: n(2) * n(sheet.cell("dense.out", 0, 0))))
    (operand,) = sheet.derive(sheet.cell("twice")).operands
    assert sheet.derive(operand).numbers == "max(0, 2.5)"
    assert sheet.derive(sheet.cell("dense.z", 0, 0)).numbers == "3·2 + 4·(−1) + 0.5"
    assert {"twice", "dense.z", "input"} <= set(sheet.names())
