"""A run is a function of its experiment: any way to a step leads to the same numbers, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.engine.layers import BatchNormalization, Dense, Dropout
from tutor.engine.network import backward, forward
from tutor.engine.optimizer_specs import SGD, Adam
from tutor.engine.parameters import initial_theta, layout, views
from tutor.engine.randomness import batch_orders
from tutor.engine.validation import SpecError
from tutor.studio.building import settings_of, spec_of, training_data
from tutor.studio.experiment import DataChoice, Experiment
from tutor.studio.problem import problem_of
from tutor.studio.replaying import Replay, replayed
from tutor.studio.timeline import MOST_STATES, Timeline
from tutor.training.run import InlineRun

PLAIN = Experiment(DataChoice(count=60, noise=10), optimizer=SGD(0.1))
EDITED = PLAIN.at(7).edited("rate", 0.3).at(12).edited("batch", 4).at(20).edited("weight", (2, 0.5)).at(40)
NOISY = Experiment(
    DataChoice("moons", count=60), (Dense(6, "relu"), Dropout(0.3), BatchNormalization()), "binary_crossentropy",
    Adam(0.01),
).at(15).edited("batch", 7).at(31)  # fmt: skip


def theta(replay: Replay) -> np.ndarray:
    return replay.checkpoint.engine.theta


@pytest.mark.parametrize("experiment", [PLAIN.at(40), EDITED, NOISY])
def test_from_any_state_on_the_way_the_end_is_the_same(experiment: Experiment) -> None:
    whole = replayed(experiment)
    for step in range(0, experiment.step, 3):
        start = replayed(experiment.at(step)).checkpoint
        rest = Replay(experiment, start)
        rest.to(experiment.step)
        assert rest.loss.hex() == whole.loss.hex()
        np.testing.assert_array_equal(theta(rest), theta(whole))


def test_the_run_of_a_lesson_takes_the_same_steps() -> None:
    run = InlineRun(settings_of(PLAIN), training_data(PLAIN.data, PLAIN.loss))
    for _ in range(5):
        run.epoch()
    replay = replayed(PLAIN.at(run.snapshot.step))
    np.testing.assert_array_equal(theta(replay), run.snapshot.checkpoint.engine.theta)


def test_edits_are_made_at_their_steps_against_steps_by_hand() -> None:
    """Plain gradient descent written out: order from the seed, rate 0.1 and from step 2 on 0.3."""
    experiment = PLAIN.at(2).edited("rate", 0.3).at(4)
    spec, data = spec_of(experiment), training_data(experiment.data, experiment.loss)
    parameters = initial_theta(spec).copy()
    order = batch_orders(experiment.seed, data.rows, 0)[0]
    rate = 0.1
    for step in range(4):
        if step == 2:
            rate = 0.3
        rows = order[10 * step : 10 * step + 10]
        if len(rows) == 0:
            rows = batch_orders(experiment.seed, data.rows, 0)[1][:10]
        named = views(spec, parameters)
        inputs, labels = data.inputs[rows].astype("float32"), data.labels[rows].astype("float32")
        gradients = backward(spec, named, forward(spec, named, inputs), labels)
        parameters = parameters - rate * np.concatenate([gradients[part.name].ravel() for part in layout(spec)])
    np.testing.assert_allclose(theta(replayed(experiment)), parameters, rtol=2e-5, atol=1e-6)


def test_a_weight_set_by_hand_is_there_at_once() -> None:
    before = replayed(PLAIN.at(10))
    after = replayed(PLAIN.at(10).edited("weight", (4, -2.5)))
    expected = theta(before).copy()
    expected[4] = -2.5
    np.testing.assert_array_equal(theta(after), expected)
    with pytest.raises(SpecError, match="there is no 1,000"):
        replayed(PLAIN.at(10).edited("weight", (999, 1.0)))


def test_a_fork_leaves_out_what_came_later() -> None:
    fork = EDITED.at(12).edited("rate", 0.05)
    assert [(edit.step, edit.setting) for edit in fork.edits] == [(7, "rate"), (12, "batch"), (12, "rate")]
    assert EDITED.at(7).edited("rate", 0.2).edits[0].value == 0.2


def test_a_run_that_overflows_stops_with_a_sentence() -> None:
    wild = Experiment(DataChoice("slope", count=40), (Dense(4),), optimizer=SGD(100)).at(100)
    replay = replayed(wild)
    assert replay.step < 100
    assert "learning rate" in replay.stopped


def test_the_split_keeps_test_rows_out_and_points_by_hand_in() -> None:
    data = DataChoice("gauss", count=50, test=20, points=((1.0, 2.0, -1.0),))
    problem = problem_of(data)
    assert (len(problem.training.inputs), len(problem.test.inputs)) == (41, 10)
    assert problem.training.inputs[-1].tolist() == [1.0, 2.0]
    assert problem.training.targets[-1] == 0
    taught = {tuple(row) for row in problem.training.inputs.tolist()}
    assert not taught & {tuple(row) for row in problem.test.inputs.tolist()}


def test_the_timeline_is_bounded_and_gets_anywhere() -> None:
    timeline, replay = Timeline(), Replay(EDITED.at(3000))
    for step in range(1, 3000, 3):
        timeline.keep(replay.to(step))
    assert len(timeline.kept) <= MOST_STATES
    assert timeline.kept[0] == 1
    gaps = np.diff([0, *timeline.kept, timeline.end])
    assert gaps.max() <= 4 * 3000 / MOST_STATES
    for step in (0, 1, 5, 700, 1999, 2998):
        found = timeline.at(EDITED, step)
        assert found.step == step
        np.testing.assert_array_equal(theta(found), theta(replayed(EDITED.at(step))))


def test_a_part_of_the_timeline_ends_where_the_fork_is() -> None:
    timeline, replay = Timeline(), Replay(PLAIN)
    for step in range(3, 60, 3):
        timeline.keep(replay.to(step))
    timeline.add(replay.records)
    part = timeline.until(timeline.at(PLAIN, 30).checkpoint)
    assert part.end == 30
    assert max(part.kept) == 30
    assert part.history.last_epoch == 10
    assert timeline.history.last_epoch == replay.records[-1].epoch
    timeline.add(replay.records)
    assert len(timeline.history.points("loss")[0]) == len(replay.records)
