"""A map in the worker and in turns is the map that is made at once; it can be stopped, and it fails in a sentence."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tutor.complete_map.stages import CannotMap
from tutor.engine.layers import Dense
from tutor.engine.parameters import initial_theta
from tutor.training.map_run import MapInTurns, MapRun, start_map
from tutor.training.network_map import NetworkMapRequest
from tutor.training.run import InlineRun, start_inline
from tutor.training.settings import RunSettings
from tutor.training.shape_map import MapAnswer, MapRequest, shape_map, shapes_spec, trained_shapes
from tutor.training.turns import Turns
from tutor.training.worker.map import WorkerMap
from tutor.training.worker.run import Workshop

from .test_trainer import shapes_data

REQUEST = MapRequest(0, 1)
GIVE_UP_SECONDS = 120.0


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    opened = Workshop(tmp_path / "worker.log")
    yield opened
    opened.close()


def follow(run: MapRun, until: Callable[[], bool]) -> None:
    end = time.monotonic() + GIVE_UP_SECONDS
    while not until():
        run.poll()
        assert time.monotonic() < end, f"still waiting at {run.share}"
        time.sleep(0.005)


def same(one: MapAnswer, other: MapAnswer) -> bool:
    plain = [answer.report.to_values() | {"seconds": 0} for answer in (one, other)]
    return plain[0] == plain[1] and np.array_equal(one.theta, other.theta)


def test_the_network_is_that_of_the_lesson() -> None:
    run = InlineRun(RunSettings(shapes_spec(3), 300), shapes_data())
    run.play()
    arrays = [array.ravel() for array in trained_shapes(3).parameters.values()]
    assert np.array_equal(np.concatenate(arrays), run.snapshot.checkpoint.engine.theta)


def test_the_worker_finds_what_is_found_at_once(workshop: Workshop) -> None:
    run = start_map(workshop.start_run, REQUEST)
    assert isinstance(run, WorkerMap)
    shares = []
    while run.answer is None and not run.failure:
        run.poll()
        shares.append(run.share)
        time.sleep(0.005)
    assert run.failure == ""
    assert run.answer is not None
    assert same(run.answer, shape_map(REQUEST))
    assert sorted(shares) == shares
    assert len(set(shares)) > 3


def test_a_map_that_is_closed_leaves_the_worker_to_others(workshop: Workshop) -> None:
    run = start_map(workshop.start_run, REQUEST)
    follow(run, lambda: run.share > 0)
    run.close()
    other = workshop.start_run(RunSettings(shapes_spec(), 5), shapes_data())
    other.play()
    end = time.monotonic() + GIVE_UP_SECONDS
    while other.snapshot.epoch < 5:
        other.poll()
        assert time.monotonic() < end
    assert run.answer is None


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
def test_a_worker_that_is_killed_is_a_sentence(workshop: Workshop) -> None:
    run = start_map(workshop.start_run, REQUEST)
    follow(run, lambda: run.share > 0)
    assert workshop.pid is not None
    os.kill(workshop.pid, signal.SIGKILL)
    follow(run, lambda: bool(run.failure))
    assert "ended" in run.failure
    assert "ask once more" in run.failure


def test_in_turns_it_goes_on_when_it_is_polled() -> None:
    turns = Turns()
    run = start_map(turns.start_run, REQUEST)
    assert isinstance(run, MapInTurns)
    assert (run.share, run.answer) == (0, None)
    follow(run, lambda: run.share > 0)
    before = run.share
    assert run.poll()
    assert before < run.share < 1
    run.close()


def test_where_scripts_and_questions_start_runs_it_is_there_at_once(workshop: Workshop) -> None:
    for start_run in (start_inline, workshop.start_headless):
        run = start_map(start_run, REQUEST)
        assert run.answer is not None
        assert not run.poll()
    assert workshop.pid is None


def test_an_answer_travels_as_plain_values() -> None:
    found = shape_map(REQUEST)
    values = found.report.to_values()
    assert same(MapAnswer.from_message(values, found.theta), found)
    with pytest.raises(ValueError, match="another network"):
        MapAnswer.from_message(values, found.theta[1:])
    with pytest.raises(KeyError):
        MapAnswer.from_message({}, found.theta)


def test_any_network_with_its_weights_is_mapped_in_the_worker_as_at_once(workshop: Workshop) -> None:
    """The lesson's network at seed 0, handed over with its weights: the counts are those of the map by its seed."""
    theta = shape_map(REQUEST).theta
    request = NetworkMapRequest(shapes_spec(0), theta, np.zeros(0, theta.dtype))
    run = start_map(workshop.start_run, request)
    assert isinstance(run, WorkerMap)
    follow(run, lambda: run.answer is not None or bool(run.failure))
    assert run.answer is not None, run.failure
    expected = shape_map(REQUEST).report
    for answer in (run.answer, request.at_once()):
        assert answer.report.counts == expected.counts
        assert answer.report.above == expected.above
        assert [flips.shown for flips in answer.report.flips] == [flips.shown for flips in expected.flips]
        assert answer.report.against is None


def test_a_network_that_cannot_be_mapped_is_refused_before_anything_begins() -> None:
    layers = (*shapes_spec(0).layers[:-1], Dense(5, "sigmoid"))
    spec = replace(shapes_spec(0), layers=layers, loss="binary_crossentropy")
    with pytest.raises(CannotMap, match="softmax"):
        NetworkMapRequest(spec, initial_theta(spec), np.zeros(0, "float32")).begun()
