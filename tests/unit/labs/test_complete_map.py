"""The lab of the complete map: nothing before it is asked, everything after, and the same after a restart."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tutor.course.lessons.loader import load_lesson
from tutor.course.session import LessonSession
from tutor.datasets.shapes import NAMES, training_rows
from tutor.engine.network import forward, output_name
from tutor.engine.parameters import views
from tutor.labs.complete_map import CompleteMapLab
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.readouts import Picture
from tutor.resources import lessons_folder
from tutor.training.shape_map import MapRequest, shape_map, shapes_spec
from tutor.training.turns import Turns


@pytest.fixture(scope="module")
def asked() -> CompleteMapLab:
    lab = CompleteMapLab()
    lab.press("map")
    return lab


def text(lab: CompleteMapLab, name: str) -> str:
    return str(lab.lookup(name))


def test_nothing_is_known_before() -> None:
    lab = CompleteMapLab()
    assert text(lab, "status") == "not asked yet"
    assert math.isnan(float(lab.lookup("agree")))
    assert text(lab, "evenness") == "not known yet"
    with pytest.raises(ControlError, match="not all asked"):
        lab.press("ready")
    assert not lab.busy


def test_what_it_shows_is_the_report(asked: CompleteMapLab) -> None:
    report = shape_map(MapRequest(0, 1)).report
    assert [round(1e6 * float(asked.lookup(f"counts[{name}]"))) for name in NAMES] == list(report.counts)
    assert sum(float(asked.lookup(f"shares[{name}]")) for name in NAMES) == pytest.approx(100)
    assert report.against is not None
    assert asked.lookup("agree") == pytest.approx(100 * report.against.share)
    first, second = (np.array(counts) / 2**25 for counts in (report.counts, report.other_counts))
    assert asked.lookup("chance") == pytest.approx(100 * float(first @ second))
    assert asked.press("ready") == ""
    assert "already" in asked.press("map")


def test_the_drawing_with_flips_is_answered_as_its_tile_says(asked: CompleteMapLab) -> None:
    """The pixels of the picture, asked by the engine itself: the answer is the tile's, and the marks are the flips."""
    spec = replace(shapes_spec(0), dtype="float64")
    theta = shape_map(MapRequest(0, 1)).theta.astype(np.float64)
    for place, name in enumerate(NAMES):
        lab = asked.twin()
        lab.set("shape", name)
        picture = lab.read("fewest")
        assert isinstance(picture, Picture)
        shape, flipped = picture.tiles
        np.testing.assert_array_equal(np.ravel(shape.values), training_rows().inputs[place])
        assert len(flipped.marked) == lab.lookup(f"flips[{name}]") == np.sum(np.array(shape.values) != flipped.values)
        p = forward(spec, views(spec, theta), np.reshape(flipped.values, (1, 25)))[output_name(spec)][0]
        assert flipped.label == f"→ {NAMES[int(p.argmax())]}" != f"→ {name}"
        lab.set("version", "fewest flips")
        assert lab.lookup(f"confidences[{NAMES[int(p.argmax())]}]") == pytest.approx(p.max(), abs=1e-5)


def test_another_seed_is_not_known_and_the_first_still_is(asked: CompleteMapLab) -> None:
    lab = asked.twin()
    lab.set("seed", 2)
    assert text(lab, "status") == "not asked yet"
    lab.set("seed", 0)
    assert lab.lookup("agree") == asked.lookup("agree")


def test_a_saved_lab_knows_its_maps(asked: CompleteMapLab) -> None:
    state = asked.state()
    lab = CompleteMapLab()
    lab.restore(state)
    assert lab.press("ready") == ""
    assert lab.lookup("differ[plus]") == asked.lookup("differ[plus]")
    damaged = replace(state, arrays={"theta.0": np.zeros(3)})
    lab.restore(damaged)
    assert text(lab, "status") == "not asked yet"


def test_an_answer_before_the_map_is_there_waits_for_it() -> None:
    """It is no attempt, and right once every drawing is asked."""
    lab = CompleteMapLab(Turns().start_run)
    session = LessonSession(load_lesson(lessons_folder() / "23_complete_map"), lab, seed=1)
    session.open(1)
    verdict = session.answer("uneven")
    assert (verdict.correct, verdict.understood) == (False, False)
    assert verdict.message.startswith("Not yet: the drawings are not all asked yet")
    while lab.busy:
        lab.poll()
    assert session.question_state(0).attempts == 0
    assert session.answer("uneven").correct


def test_it_can_be_stopped() -> None:
    lab = CompleteMapLab(Turns().start_run)
    lab.press("map")
    assert text(lab, "status") == "training both networks"
    while "asking" not in text(lab, "status"):
        assert lab.busy
        lab.poll()
    assert "Stopped" in lab.press("map")
    assert not lab.busy
    assert text(lab, "status") == "not asked yet"
    lab.press("map")
    lab.set("seed", 5)
    assert not lab.busy
