"""The GPT lab against a pass written anew without the engine, central differences, and what its training reaches."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.engine.central_differences import central_differences
from tutor.labs.gpt import GptLab
from tutor.labs.kit.readouts import Bars, Graph, Picture, Table
from tutor.training.gpt import EPSILON, Gpt, gpt

Array = NDArray[np.float64]
LETTERS = ".abcdefghijklmnopqrstuvwxyz"
FORMS = [("on", "on", "on"), ("off", "on", "on"), ("on", "off", "on"), ("on", "on", "off"), ("off", "off", "off")]


@pytest.fixture
def lab() -> GptLab:
    return GptLab()


def number(lab: GptLab, path: str) -> float:
    value = lab.lookup(path)
    assert isinstance(value, float | int)
    return value


def softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def normalized(h: Array) -> Array:
    return (h - h.mean(axis=-1, keepdims=True)) / np.sqrt(h.var(axis=-1, keepdims=True) + EPSILON)


def written_anew(weights: dict[str, Array], name: str, on: tuple[bool, bool, bool]) -> dict[str, Array]:
    """The pass of a name without padding, a head after the other; gamma is 1 and beta 0, as before training."""
    positions, residuals, norms = on
    norm = normalized if norms else lambda h: h
    tokens = [LETTERS.index(letter) for letter in f".{name}"]
    h = weights["embedding.embeddings"][tokens]
    if positions:
        h = h + weights["position_embedding.embeddings"][: len(tokens)]
    start, a, out, seen = h, norm(h), np.zeros_like(h), []
    query, key, value, mix = (
        weights[f"multi_head_attention.{part}_kernel"] for part in ("query", "key", "value", "output")
    )
    for head in range(query.shape[1]):
        scores = (a @ query[:, head]) @ (a @ key[:, head]).T / math.sqrt(query.shape[2])
        looks = softmax(np.where(np.tril(np.ones_like(scores)) > 0, scores, -np.inf))
        out = out + looks @ (a @ value[:, head]) @ mix[head]
        seen.append(looks)
    first = start + out if residuals else out
    told = np.maximum(norm(first) @ weights["dense.kernel"], 0) @ weights["dense_1.kernel"]
    second = first + told if residuals else told
    p = softmax(norm(second) @ weights["dense_2.kernel"])
    follows = [LETTERS.index(letter) for letter in f"{name}."]
    losses = -np.log(p[np.arange(len(follows)), follows])
    return {"start": start, "attention": out, "sum 1": first, "MLP": told, "sum 2": second, "p": p,
            "heads": np.array(seen), "losses": losses}  # fmt: skip


def weights_of(lab: GptLab) -> dict[str, Array]:
    return {name: np.array(values) for name, values in lab._training.parameters().items()}


@pytest.mark.parametrize("form", FORMS)
def test_every_picture_shows_the_pass(lab: GptLab, form: tuple[str, str, str]) -> None:
    for switch, state in zip(("positions", "residuals", "normalization"), form, strict=True):
        lab.set(switch, state)
    lab.set("name", "anna")
    lab.set("place", 3)
    expected = written_anew(weights_of(lab), "anna", tuple(state == "on" for state in form))  # type: ignore[arg-type]
    assert number(lab, "name_loss") == pytest.approx(expected["losses"].mean(), rel=1e-9)
    assert number(lab, "name_bits") == pytest.approx(expected["losses"].mean() / math.log(2), rel=1e-9)
    assert number(lab, "chance") == pytest.approx(expected["p"][3, LETTERS.index("a")], rel=1e-9)
    surprises = lab.read("letter_losses")
    assert isinstance(surprises, Bars)
    assert surprises.panels[0].values == pytest.approx(expected["losses"].tolist())
    heads = lab.read("heads_of_name")
    assert isinstance(heads, Picture)
    assert np.array([tile.values for tile in heads.tiles]) == pytest.approx(expected["heads"], rel=1e-9)
    graph = lab.read("block")
    assert isinstance(graph, Graph)
    sizes = {node.label: node.value for column in graph.columns for node in column}
    assert {"sum 1", "sum 2"} <= sizes.keys() or form[1] == "off"
    for label, size in sizes.items():
        assert size == pytest.approx(math.sqrt(np.mean(expected[label][3] ** 2)), rel=1e-9), label


def test_the_gradient_at_the_start_is_a_central_difference(lab: GptLab) -> None:
    lab.set("name", "io")
    lab.set("place", 1)
    weights = weights_of(lab)
    letter = weights["embedding.embeddings"][LETTERS.index("i")].copy()

    def loss(row: Array) -> float:
        table = weights["embedding.embeddings"].copy()
        table[LETTERS.index("i")] = row
        return float(
            written_anew({**weights, "embedding.embeddings": table}, "io", (True, True, True))["losses"].mean()
        )

    expected = central_differences(loss, letter)
    assert number(lab, "block[start][gradient]") == pytest.approx(math.sqrt(np.mean(expected**2)), rel=1e-6)


def test_without_the_way_around_and_normalization_hardly_any_blame_arrives(lab: GptLab) -> None:
    lab.set("normalization", "off")
    around = number(lab, "block[start][gradient]")
    lab.set("residuals", "off")
    assert number(lab, "block[start][gradient]") < 0.1 * around


def test_parameters_are_counted_by_hand(lab: GptLab) -> None:
    assert number(lab, "letter_parameters") == 27 * 16
    assert number(lab, "position_parameters") == 16 * 16
    assert number(lab, "attention_parameters") == 4 * 16 * 16
    assert number(lab, "mlp_parameters") == 2 * 16 * 64
    assert number(lab, "parameters") == 27 * 16 + 256 + 1024 + 2048 + 27 * 16 + 3 * 2 * 16
    lab.set("heads", 8)
    assert number(lab, "attention_parameters") == 4 * 16 * 16
    assert number(lab, "head_width") == 2


def test_more_blocks_stand_one_after_the_other() -> None:
    one, three = (gpt("t", Gpt(blocks=blocks), 27, 16) for blocks in (1, 3))
    assert len(three.layers) - len(one.layers) == 2 * (3 + 4)
    assert three.shapes[-1] == one.shapes[-1] == (16, 27)


@pytest.fixture(scope="module")
def trained() -> GptLab:
    lab = GptLab()
    lab.set("epochs", 2)
    lab.press("finish")
    return lab


def test_two_epochs_reach_less_than_counting_and_every_part_counts(trained: GptLab) -> None:
    assert number(trained, "test_loss") < number(trained, "counting") < number(trained, "uniform")
    assert number(trained, "gain") == pytest.approx(number(trained, "counting") - number(trained, "test_loss"))
    worth = trained.read("worth")
    assert isinstance(worth, Bars)
    assert worth.panels[0].values[0] == pytest.approx(number(trained, "test_loss"))
    assert number(trained, "without[residuals]") > number(trained, "test_loss") + 0.1
    assert number(trained, "without[all_heads]") > number(trained, "test_loss")


def test_a_head_is_taken_out_by_leaving_it_out_of_the_sum(trained: GptLab) -> None:
    from tutor.labs.gpt.network import parts_to_take_out

    parts = {part.label: part for part in parts_to_take_out(Gpt())}
    weights = weights_of(trained)
    _, changed = parts["head 2"].change(trained._spec(), weights)
    kept = [name for name in weights if not np.array_equal(weights[name], changed[name])]
    assert kept == ["multi_head_attention.output_kernel"]
    assert np.flatnonzero(~changed[kept[0]].any(axis=(1, 2))).tolist() == [1]
    spec, _ = parts["residuals"].change(trained._spec(), weights)
    assert not any(type(layer).__name__ == "Add" for layer in spec.layers)
    assert {name for name, _ in spec.named_layers} <= {name for name, _ in trained._spec().named_layers}


def test_the_same_random_numbers_write_the_same_names(trained: GptLab) -> None:
    first = trained.read("samples")
    assert isinstance(first, Table)
    trained.set("sample", 10)
    assert trained.read("samples") != first
    trained.set("sample", 0)
    assert trained.read("samples") == first


def test_what_is_no_name_is_refused(lab: GptLab) -> None:
    for wrong in ("", "a b", "é", "x" * 16):
        with pytest.raises(ValueError, match=r"name"):
            lab.set("name", wrong)
    assert lab.word("name") == "emma"


@pytest.mark.parametrize(
    ("name", "positions", "place", "found"),
    [
        ("emma", "off", 3, "the same"),
        ("emma", "on", 3, "different"),
        ("emma", "off", 2, "different"),
        ("maria", "off", 3, "different"),
    ],
)
def test_only_the_same_letter_without_positions_has_the_same_row(
    lab: GptLab, name: str, positions: str, place: int, found: str
) -> None:
    lab.set("name", name)
    lab.set("positions", positions)
    lab.set("place", place)
    assert lab.lookup("pair") == found
