"""What holds for every lab there is: its numbers are explained, its source can be read, Keras is asked the same."""

from __future__ import annotations

import math

import pytest

from tests.unit.engine.shown_arithmetic import evaluated
from tutor.course.words.source_text import source_texts
from tutor.labs.catalog import lab_class, lab_ids
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ActionControl
from tutor.labs.kit.labels import is_place_id
from tutor.labs.kit.origins import deeper, path_of, why
from tutor.labs.kit.places import numbers_in, split_path
from tutor.labs.kit.readouts import Code

SAMPLE = 8
DEEPEST = 4
RESERVED_KEYS = set("nbgahsfdqxctvyYU")
WIDEST_LINE = 42


@pytest.fixture(params=lab_ids())
def lab(request: pytest.FixtureRequest) -> Lab:
    return lab_class(request.param)()


def test_every_number_is_explained_or_was_counted(lab: Lab) -> None:
    held: dict[str, int] = {}
    for name in lab.readout_names():
        if name in lab.counted():
            continue
        numbers = [each for each in numbers_in(lab.read(name)) if math.isfinite(each[2])]
        for path, _, value in numbers[:: max(1, len(numbers) // SAMPLE)]:
            derivation = why(lab, path)
            # A float32 product of many rows may be rounded otherwise than that of one.
            assert derivation.value == pytest.approx(value, rel=1e-6, abs=1e-12), path
            _assert_arithmetic_holds(lab, path, 0, held)


def _assert_arithmetic_holds(lab: Lab, path: str, depth: int, held: dict[str, int]) -> None:
    """``held`` are the paths that were followed, and from which depth: many numbers lead to the same operands."""
    if held.get(path, DEEPEST + 1) <= depth:
        return
    held[path] = depth
    derivation = why(lab, path)
    if derivation.formula == "given":
        assert not derivation.operands
        return
    scale = max((abs(operand.value) for operand in derivation.operands), default=0.0)
    shown = evaluated(derivation.numbers)
    assert shown == pytest.approx(derivation.value, rel=2e-5, abs=1e-5 * scale), (path, derivation)
    for operand in derivation.operands[:3]:
        assert deeper(lab, operand).value == pytest.approx(operand.value, rel=1e-9, abs=1e-12)
        if depth < DEEPEST:
            _assert_arithmetic_holds(lab, path_of(lab, operand), depth + 1, held)


def test_its_source_can_be_read(lab: Lab) -> None:
    headings = [text.heading for text in source_texts(lab)]
    assert any(heading.startswith("tutor.engine") for heading in headings)
    assert "The same in Keras" in headings


def test_its_keras_lines_fit_beside_a_step_and_compute_what_it_shows(lab: Lab) -> None:
    readout = lab.read("keras")
    program = lab.keras_program()
    assert isinstance(readout, Code)
    assert program is not None
    compile(program.source, "keras", "exec")
    assert max(len(line) for line in program.source.splitlines()) <= WIDEST_LINE
    assert program.results
    for name, variable in program.results.items():
        assert list(numbers_in(lab.read(name))), name
        assert variable in program.source


def test_its_keys_are_not_the_screens(lab: Lab) -> None:
    keys = [control.key for control in lab.controls() if isinstance(control, ActionControl) and control.key]
    assert not set(keys) & RESERVED_KEYS
    assert len(set(keys)) == len(keys)


def test_every_name_stands_in_a_group_once_at_most_and_every_readout_reads(lab: Lab) -> None:
    names = [name for group in lab.groups() for name in group.names]
    assert len(set(names)) == len(names)
    known = {*lab.readout_names(), *(control.name for control in lab.controls())}
    assert set(names) <= known
    for name in lab.readout_names():
        assert lab.read(name).name == name
        for path, _, value in list(numbers_in(lab.read(name)))[:SAMPLE]:
            assert lab.lookup(path) == value or math.isnan(value)
            assert split_path(path)[0] == name


def test_each_place_has_an_id_of_its_own(lab: Lab) -> None:
    for name in lab.readout_names():
        paths = [path for path, _, _ in numbers_in(lab.read(name))]
        assert len(set(paths)) == len(paths), name
        assert all(is_place_id(place) for path in paths for place in split_path(path)[1]), name
        for path, _, value in numbers_in(lab.read(name)):
            assert lab.lookup(path) == value or math.isnan(value)


def test_a_twin_shows_the_same(lab: Lab) -> None:
    twin = lab.twin()
    for name in set(lab.readout_names()) - lab.counted():
        assert twin.read(name) == lab.read(name), name
    twin.close()
