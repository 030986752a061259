"""The studio's lab: its controls edit the experiment, its run can be left for any moment, nothing is lost."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.engine.network import forward
from tutor.engine.parameters import views
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.readouts import Curve, Graph, Matrix, Picture, Table, Vector
from tutor.labs.studio import StudioLab
from tutor.labs.studio.controls import DATA
from tutor.studio.building import spec_of, training_data
from tutor.studio.presets import PRESETS
from tutor.studio.problem import problem_of
from tutor.studio.replaying import Replay, replayed
from tutor.studio.token import experiment_of


@pytest.fixture
def lab() -> StudioLab:
    return StudioLab()


def epochs(lab: StudioLab, count: int) -> None:
    for _ in range(count):
        lab.press("epoch")


def experiment(lab: StudioLab):
    return experiment_of(str(lab.lookup("token")))


def losses(lab: StudioLab) -> tuple[float, ...]:
    found = lab.read("losses")
    assert isinstance(found, Vector)
    return found.values


def test_the_map_and_the_neurons_are_the_network_at_every_place(lab: StudioLab) -> None:
    epochs(lab, 3)
    picture, neurons = lab.read("map"), lab.read("neurons")
    assert isinstance(picture, Picture)
    assert isinstance(neurons, Picture)
    replay = replayed(experiment(lab))
    spec = spec_of(experiment(lab))
    state = replay.checkpoint.engine
    parameters = views(spec, state.theta, state.moving)
    corner = forward(spec, parameters, np.array([[-6.0, 6.0]], dtype="float32"))
    assert picture.tiles[0].values[0][0] == pytest.approx(float(corner["dense_2.out"][0, 0]), abs=1e-6)
    assert len(neurons.tiles) == 6
    for number, (name, unit) in enumerate([("dense", 0), ("dense", 1), ("dense", 2), ("dense", 3), ("dense_1", 0)]):
        assert neurons.tiles[number].values[0][0] == pytest.approx(float(corner[f"{name}.out"][0, unit]), abs=1e-6)


def test_losses_and_shares_by_hand(lab: StudioLab) -> None:
    epochs(lab, 5)
    replay, spec = replayed(experiment(lab)), spec_of(experiment(lab))
    state, problem = replay.checkpoint.engine, problem_of(experiment(lab).data)
    outputs = [
        forward(spec, views(spec, state.theta, state.moving), points.astype("float32"))["dense_2.out"][:, 0]
        for points in (problem.training.inputs, problem.test.inputs)
    ]
    targets = [2 * part.targets - 1 for part in (problem.training, problem.test)]
    expected = [float(((y - t) ** 2).mean()) for y, t in zip(outputs, targets, strict=True)]
    assert losses(lab) == pytest.approx(expected, rel=1e-5)
    right = [100 * float(((y > 0) == (t > 0)).mean()) for y, t in zip(outputs, targets, strict=True)]
    found = lab.read("right")
    assert isinstance(found, Vector)
    assert found.values == pytest.approx(right)
    confusion = lab.read("confusion")
    assert isinstance(confusion, Matrix)
    assert sum(map(sum, confusion.values)) == len(problem.test.inputs)
    assert confusion.values[0][0] + confusion.values[1][1] == pytest.approx(right[1] / 100 * len(problem.test.inputs))


def test_a_moment_of_the_past_is_what_it_was(lab: StudioLab) -> None:
    epochs(lab, 2)
    then = losses(lab), lab.lookup("token"), lab.read("map")
    epochs(lab, 20)
    assert losses(lab) != then[0]
    lab.set("moment", 20)
    assert (losses(lab), lab.lookup("token"), lab.read("map")) == then
    assert "step 20 of 220" in str(lab.lookup("status"))
    lab.press("on")
    assert lab.get("moment") == 24
    lab.press("back")
    assert lab.get("moment") == 20
    curve = lab.read("curve")
    assert isinstance(curve, Curve)
    assert curve.marker_label == "this moment"
    assert curve.marker is not None
    assert curve.marker[0] == 2


def test_playing_on_from_the_past_gives_the_same_run(lab: StudioLab) -> None:
    epochs(lab, 6)
    end = losses(lab)
    lab.set("moment", 25)
    epochs(lab, 4)
    assert lab.get("moment") == 60
    assert losses(lab) == end
    curve = lab.read("curve")
    assert isinstance(curve, Curve)
    assert list(curve.series[0].xs) == [1, 2, 3, 4, 5, 6]


def test_another_rate_at_a_moment_is_a_fork_and_both_runs_stay(lab: StudioLab) -> None:
    epochs(lab, 6)
    end = losses(lab)
    lab.set("moment", 30)
    lab.set("rate", 0.3)
    epochs(lab, 3)
    assert "30r0.3" in str(lab.lookup("token"))
    assert losses(lab) == pytest.approx(losses_of(experiment(lab)))
    table = lab.read("runs")
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == ["1", "now"]
    lab.press("take")
    assert losses(lab) == end
    assert lab.get("rate") == pytest.approx(0.03)
    table = lab.read("runs")
    assert isinstance(table, Table)
    assert len(table.rows) == 2


def losses_of(run):
    from tutor.backends.rows import evaluate_rows

    replay, spec, data = replayed(run), spec_of(run), training_data(run.data, run.loss)
    state = replay.checkpoint.engine
    parameters = views(spec, state.theta, state.moving)
    return tuple(
        evaluate_rows(spec, parameters, *rows)[0]
        for rows in ((data.inputs, data.labels), (data.held_out_inputs, data.held_out_labels))
    )


def test_what_cannot_be_is_told_and_nothing_changes(lab: StudioLab) -> None:
    epochs(lab, 2)
    before = lab.state().values
    for name, value, said in (
        ("window", 5, "no window"),
        ("features", (0, 0, 0, 0, 0, 0, 0), "at least one feature"),
        ("units", 0, "from 1"),
        ("data", "squares", "one of"),
    ):
        with pytest.raises(ControlError, match=said):
            lab.set(name, value)
        assert lab.state().values == before
    lab.set("kind", "convolution")
    with pytest.raises(ControlError, match=r"layer conv2d: .*"):
        lab.press("add")
    assert lab.lookup("parameters") == 25


def test_layers_are_added_removed_and_moved(lab: StudioLab) -> None:
    lab.set("layer", 1)
    lab.set("kind", "Dropout")
    assert "layer 2" in lab.press("add")
    lab.set("part", 0.5)
    assert "d4tanh-o0.5-d2tanh" in str(lab.lookup("token"))
    lab.press("earlier")
    assert "o0.5-d4tanh-d2tanh" in str(lab.lookup("token"))
    with pytest.raises(ControlError, match="first"):
        lab.press("earlier")
    lab.press("remove")
    lab.set("layer", 2)
    lab.set("units", 5)
    lab.set("activation", "relu")
    assert "d4tanh-d5relu" in str(lab.lookup("token"))
    assert lab.lookup("parameters") == (2 * 4 + 4) + (4 * 5 + 5) + (5 + 1)
    for _ in range(2):
        lab.press("remove")
    with pytest.raises(ControlError, match="no hidden layer"):
        lab.press("remove")
    assert lab.lookup("parameters") == 3


def test_a_weight_set_by_hand_is_the_one_on_the_edge(lab: StudioLab) -> None:
    lab.set("layer", 2)
    lab.set("from", 3)
    lab.set("unit", 2)
    lab.set("weight", 1.25)
    graph = lab.read("graph")
    assert isinstance(graph, Graph)
    assert next(edge.weight for edge in graph.edges if (edge.source, edge.target) == ("1.3", "2.2")) == 1.25
    assert "0w17:1.25" in str(lab.lookup("token"))


def test_points_set_by_hand_are_trained_on(lab: StudioLab) -> None:
    lab.set("data", "points")
    lab.set("point", (3, -2))
    lab.set("class", "−1")
    lab.press("set")
    assert experiment(lab).data.points[-1] == (3.0, -2.0, -1.0)
    rows = len(experiment(lab).data.points)
    epochs(lab, 50)
    picture = lab.read("map")
    assert isinstance(picture, Picture)
    assert len(picture.points) == rows + 1
    with pytest.raises(ControlError, match="no point to train on"):
        lab.press("unset")
    lab.set("data", "gauss")
    lab.press("unset")
    with pytest.raises(ControlError, match="no point set by hand"):
        lab.press("unset")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_shown_trained_and_kept(lab: StudioLab, name: str) -> None:
    lab.set("preset", name)
    assert experiment(lab) == PRESETS[name]
    lab.press("step")
    # As texts, for what is not known is NaN, and that equals nothing.
    shown, kept = (
        {readout: repr(each.read(readout)) for readout in each.readout_names() if readout != "runs"}
        for each in (lab, lab.twin())
    )
    assert kept == shown


@pytest.mark.parametrize("data", [data for data in DATA if data not in ("table", "pictures", "text")])
def test_every_set_can_be_chosen_from_every_other(lab: StudioLab, data: str) -> None:
    for before in ("circle", "slope", "shapes", "points"):
        lab.set("data", before)
        lab.set("data", data)
        assert lab.get("data") == data
        lab.press("step")
        lab.read("map")


def test_dead_units_and_vanishing_gradients_are_named(lab: StudioLab) -> None:
    lab.set("activation", "relu")
    lab.set("layer", 1)
    lab.set("activation", "relu")
    lab.set("initializer", "zeros")
    assert "4 of 4 units are dead" in str(lab.lookup("warnings"))
    lab.set("preset", "deep spiral")
    for layer in range(1, 7):
        lab.set("layer", layer)
        lab.set("activation", "sigmoid")
    assert "The gradient vanishes" in str(lab.lookup("warnings"))


def test_a_token_is_shown_at_its_moment(lab: StudioLab) -> None:
    epochs(lab, 3)
    token, shown = str(lab.lookup("token")), losses(lab)
    other = StudioLab()
    other.show_token(token)
    assert losses(other) == shown
    assert other.get("moment") == 30
    other.press("back")
    assert other.get("moment") == 29


def test_weights_set_before_the_first_step_are_trained(lab: StudioLab) -> None:
    lab.set("weight", 3.0)
    epochs(lab, 1)
    assert losses(lab) == pytest.approx(losses_of(experiment(lab)), rel=1e-12)


def test_a_single_step_is_seen_at_once(lab: StudioLab) -> None:
    for step in range(1, 4):
        lab.press("step")
        assert lab.get("moment") == step
        assert losses(lab) == pytest.approx(losses_of(experiment(lab)), rel=1e-12)


def test_it_follows_a_run_that_is_computed_elsewhere(lab: StudioLab) -> None:
    forked = PRESETS["xor"].at(20).edited("rate", 0.5).at(50)
    replay = Replay(forked)
    lab.set("preset", "moons")
    for step in (0, 20, 45, 50):
        replay.to(step)
        lab.follow(replay)
        alone = StudioLab()
        alone.show_experiment(forked.at(step))
        assert lab.get("moment") == step
        assert losses(lab) == losses(alone)
        assert lab.read("curve") == alone.read("curve")
    assert experiment(lab) == forked
    assert lab.get("rate") == 0.5
    earlier = Replay(forked)
    earlier.to(10)
    lab.follow(earlier)
    assert lab.get("moment") == 10
    lab.press("epoch")
    assert losses(lab) == losses(followed(PRESETS["xor"].at(20)))


def followed(experiment) -> StudioLab:
    lab = StudioLab()
    lab.follow(replayed(experiment))
    return lab
