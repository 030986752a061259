"""Networks and rows that nobody begins with: numbers and names are right there too."""

from __future__ import annotations

import numpy as np
import pytest

from tests.keras_process import KerasProcess
from tutor.engine.network import forward
from tutor.engine.parameters import views
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.readouts import Graph, Matrix, Picture, Table, Vector
from tutor.labs.studio import StudioLab
from tutor.studio.building import spec_of
from tutor.studio.problem import problem_of
from tutor.studio.replaying import replayed
from tutor.studio.token import TokenError, _check, experiment_of


def at(body: str) -> StudioLab:
    lab = StudioLab()
    lab.show_token(f"dlt1:{body}~{_check('dlt1:' + body)}")
    return lab


def test_layers_have_the_numbers_of_the_table_everywhere() -> None:
    lab = at("circle/o0.2-d4relu-n-d3relu,init=zeros/sgd0.03,b10/s0/@5")
    table, maps, bars = lab.read("layers"), lab.read("neurons"), lab.read("activations")
    assert isinstance(table, Table)
    assert isinstance(maps, Picture)
    assert isinstance(bars, Bars)
    assert [str(row[0]).removeprefix("▸")[:1] for row in table.rows] == ["1", "2", "3", "4", "o"]
    assert [panel.label for panel in bars.panels] == ["layer 2, in %", "layer 4, in %", "out, in %"]
    assert {tile.label.split(".")[0] for tile in maps.tiles} == {"1", "2", "3", "4"}
    assert "In layer 4, 3 of 3 units are dead" in str(lab.lookup("warnings"))
    lab.set("layer", 4)
    shown = lab.read("neuron")
    assert isinstance(shown, Picture)
    assert shown.label == "unit 1 of layer 4"


def test_a_layer_of_pictures_has_no_map_and_shifts_no_number() -> None:
    lab = at("circle/r1x2x1-f-d4tanh/sgd0.03,b10/s0/@0")
    lab.set("layer", 3)
    lab.set("unit", 2)
    shown, state = lab.read("neuron"), replayed(experiment_of(str(lab.lookup("token")))).checkpoint.engine
    spec = spec_of(experiment_of(str(lab.lookup("token"))))
    corner = forward(spec, views(spec, state.theta, state.moving), np.array([[-6.0, 6.0]], dtype="float32"))
    assert isinstance(shown, Picture)
    assert shown.label == "unit 2 of layer 3"
    assert shown.tiles[0].values[0][0] == pytest.approx(float(corner["dense.out"][0, 1]), abs=1e-6)


def test_a_layer_around_which_the_input_goes_too() -> None:
    lab = at("circle/d4tanh-y-d4relu-s2-d3/adam0.03,b10/s0/@200")
    table = lab.read("layers")
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows[1:4]] == ["2 layer norm", "3 Dense", "4 add"]
    assert table.rows[1][3] == 8
    assert table.rows[3][3] == 0
    graph = lab.read("graph")
    assert isinstance(graph, Graph)
    assert graph.label == "networks of Dense layers are drawn unit by unit; this one has another: layer norm"
    experiment = experiment_of(str(lab.lookup("token")))
    spec, state = spec_of(experiment), replayed(experiment).checkpoint.engine
    values = forward(spec, views(spec, state.theta), np.array([[1.0, 2.0]], dtype="float32"))
    np.testing.assert_array_equal(values["add.out"], values["dense_1.out"] + values["dense.out"])
    lab.set("layer", 4)
    lab.set("units", 1)
    assert "-s1-" in str(lab.lookup("token"))


@pytest.mark.parametrize("layer", ["e5x8", "p", "h2x3", "k8", "i8", "u5"])
def test_a_layer_for_sequences_takes_no_points(layer: str) -> None:
    with pytest.raises(TokenError, match=r"a layer .* takes a text, and circle is none"):
        at(f"circle/d4tanh-{layer}/sgd0.03,b10/s0/@0")


@pytest.mark.parametrize(("layer", "drawn"), [("o0.5", True), ("n", False), ("l0.3", False), ("trelu", False)])
def test_an_edge_carries_what_the_unit_before_it_says(layer: str, drawn: bool) -> None:
    graph = at(f"circle/d3-{layer}-d2/sgd0.03,b10/s0/@9").read("graph")
    assert isinstance(graph, Graph)
    if not drawn:
        assert not graph.edges
        return
    values = {node.label: node.value for column in graph.columns for node in column}
    for unit in ("3.1", "3.2"):
        terms = [values[edge.source] * edge.weight for edge in graph.edges if edge.target == unit]  # type: ignore[operator]
        assert len(terms) == 3
        bias = values[unit] - sum(terms)  # type: ignore[operator]
        assert abs(bias) < 0.2


def test_right_is_what_the_confusions_say_with_any_loss() -> None:
    for loss in ("bce", "cce", "scce", "mse"):
        for data in ("shapes", "iris", "circle"):
            lab = at(f"{data}/d6relu/adam0.01,b10,{loss}/s1/@60")
            right, table = lab.read("right"), lab.read("confusion")
            assert isinstance(right, Vector)
            assert isinstance(table, Matrix)
            counts = np.array(table.values)
            assert counts.sum() == len(problem_of(experiment_of(str(lab.lookup("token"))).data).test.inputs)
            assert right.values[1] == pytest.approx(100 * np.trace(counts) / counts.sum())


def test_dead_is_said_of_the_rows_that_were_looked_at() -> None:
    assert "0 for every training row" in str(at("circle/d3relu,init=zeros/sgd0,b10/s0/@0").lookup("warnings"))
    said = str(at("circle,n1000,t0/d3relu,init=zeros/sgd0,b10/s0/@0").lookup("warnings"))
    assert "0 for each of the first 100 training rows" in said


def test_a_network_that_has_run_away_is_no_healthy_one() -> None:
    body = "slope/d2-d2/sgd0.03,b10/s0/" + ",".join(f"0w{place}:1e38" for place in range(12)) + "/@0"
    assert "run away" in str(at(body).lookup("warnings"))
    bars = at(body).read("gradients")
    assert isinstance(bars, Bars)


def test_points_of_one_class_and_a_single_one() -> None:
    lab = at("points,p1:1:1/d4tanh/sgd0.1,b100/s0/@20")
    losses, right = lab.read("losses"), lab.read("right")
    assert isinstance(losses, Vector)
    assert isinstance(right, Vector)
    assert np.isnan(losses.values[1])
    assert right.values[0] == 100
    with pytest.raises(ControlError, match="no point to train on"):
        lab.press("unset")


def test_a_readout_is_of_the_same_kind_on_all_data() -> None:
    """On the screen a readout's widget stays while the data changes below it."""
    kinds: dict[str, set[type]] = {}
    lab = StudioLab()
    for name in ("playground", "slope", "circle of squares", "iris", "shapes", "digits softmax", "shapes CNN"):
        lab.set("preset", name)
        for readout in lab.readout_names():
            kinds.setdefault(readout, set()).add(type(lab.read(readout)))
    assert {name for name, found in kinds.items() if len(found) > 1} == set()


def test_the_confusions_of_numbers_are_sides_of_0() -> None:
    lab = at("slope/d4tanh/sgd0.03,b10/s0/@30")
    table, right = lab.read("confusion"), lab.read("right")
    assert isinstance(table, Matrix)
    assert isinstance(right, Vector)
    counts = np.array(table.values)
    assert right.values[1] == pytest.approx(100 * np.trace(counts) / counts.sum())


def test_the_answer_for_a_picture_by_hand() -> None:
    lab = at("shapes/d6relu/adam0.01,b10,cce/s1/@60")
    lab.set("answer_class", 3)
    experiment = experiment_of(str(lab.lookup("token")))
    spec, state, problem = spec_of(experiment), replayed(experiment).checkpoint.engine, problem_of(experiment.data)
    rows = (problem.training.inputs[:1] * problem.scale).astype(spec.dtype)
    out = forward(spec, views(spec, state.theta, state.moving), rows)["dense_1.out"]
    assert lab.lookup("answer") == pytest.approx(float(out[0, 2]), abs=1e-6)


@pytest.mark.parametrize(
    ("optimizer", "written"),
    [
        ("sgd0.03", "SGD(0.03)"),
        ("sgd0.03,momentum=0.9", "SGD(0.03, 0.9)"),
        ("sgd0.03,momentum=0.9,nesterov=1,clipnorm=1", "SGD(0.03, clipnorm=1.0, momentum=0.9, nesterov=True)"),
        ("adam0.001,beta_1=0.5", "Adam(0.001, beta_1=0.5)"),
        ("rmsprop0.01,centered=1", "RMSprop(0.01, centered=True)"),
    ],
)
def test_the_program_has_the_whole_optimizer(optimizer: str, written: str) -> None:
    lab = at(f"circle/d4tanh/{optimizer},b10/s0/@0")
    assert f"keras.optimizers.{written}," in " ".join(lab.keras_program().source.split())


@pytest.mark.tensorflow
def test_the_program_with_an_add_gives_the_studios_losses(keras_process: KerasProcess) -> None:
    lab = at("shapes/r5x5-d3relu-y-f-d4tanh-y,epsilon=0.01-d4-s2/adam0.01,b10/s0/@40")
    program = lab.keras_program()
    assert max(map(len, program.source.splitlines())) <= 42
    arrays = [f"{name} = np.array({np.asarray(a).tolist()!r}, 'float32')" for name, a in program.given.items()]
    text = ["import json, numpy as np, keras", *arrays, program.source, "print(json.dumps(losses))"]
    (found,) = keras_process.lines("\n".join(text))
    assert found == pytest.approx([lab.lookup("losses[training]"), lab.lookup("losses[test]")], rel=1e-5)
