"""Paths on the screen and what they lead to, on the neuron's lab with its numbers worked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutor.labs.kit.labels import Label
from tutor.labs.kit.origins import deeper, path_of, why
from tutor.labs.kit.places import LookupFailed, numbers_in, value_at
from tutor.labs.kit.readouts import Vector
from tutor.labs.neuron import NeuronLab


@pytest.fixture
def lab() -> NeuronLab:
    return NeuronLab()


def test_a_place_is_named_by_its_label_and_the_way_down_too(lab: NeuronLab) -> None:
    lab.set("x", [1, 2])
    lab.set("w", [3, -4])
    lab.set("b", 0.5)
    product = why(lab, "products[2]")
    assert (product.numbers, product.value) == ("2·(−4)", -8.0)
    assert [path_of(lab, cell) for cell in product.operands] == ["x[2]", "w[2]"]
    assert deeper(lab, product.operands[0]).formula == "given"
    assert why(lab, "z").numbers == "1·3 + 2·(−4) + 0.5"
    assert [path_of(lab, cell) for cell in why(lab, "y").operands] == ["z"]


def test_a_cell_of_the_worksheet_is_a_path_too(lab: NeuronLab) -> None:
    assert why(lab, "layer_z[0]") == why(lab, "layer_z[A]")


def test_a_drawn_unit_is_the_layers_output(lab: NeuronLab) -> None:
    assert why(lab, "picture[y][B]").cell == why(lab, "layer_y[B]").cell


def test_arithmetic_on_the_screen_is_its_own_answer(lab: NeuronLab) -> None:
    assert why(lab, "sum_arithmetic") == why(lab, "z")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nothing", "there is no 'nothing'"),
        ("products", "2 places|not one number|name"),
        ("products[3]", "no place '3'"),
        ("activation", "a word that you chose"),
        ("sizes[X]", "counted"),
        ("curve", "curve"),
        ("b[0]", "no place"),
    ],
)
def test_what_leads_nowhere_is_a_sentence(lab: NeuronLab, path: str, said: str) -> None:
    with pytest.raises((LookupFailed), match=said):
        why(lab, path)


def test_whoever_names_a_label_is_told_the_id(lab: NeuronLab) -> None:
    assert lab.lookup("sizes[W_and_b]") == 9
    with pytest.raises(LookupFailed, match="sizes has the label 'W and b'; the id of that place is W_and_b"):
        lab.lookup("sizes[W and b]")


def test_a_label_that_is_bettered_keeps_its_id() -> None:
    before = Vector("loss", "loss", ("mean loss", "largest"), (0.5, 2.0))
    after = replace(before, labels=(Label("average of the rows", "mean_loss"), "largest"))
    for vector in (before, after):
        assert value_at(vector, ("mean_loss",)) == 0.5
    assert [path for path, _, _ in numbers_in(after)] == ["loss[mean_loss]", "loss[largest]"]
    with pytest.raises(ValueError, match="is no id of a place"):
        Label("mean loss", "mean loss")
