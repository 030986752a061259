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


@pytest.mark.parametrize(
    ("side", "word"), [(4, "seconds"), (5, "seconds"), (6, "hours"), (7, "years"), (8, "ages"), (12, "ages")]
)
def test_how_long_all_drawings_of_another_size_take(side: int, word: str) -> None:
    """2^36 / 10^7 are 6,872 s, not two hours; 2^49 / 10^7 are 652 days; 2^64 / 10^7 are 58,000 years."""
    lab = CompleteMapLab()
    lab.set("side", side)
    assert text(lab, "takes") == word
    assert lab.lookup("seconds_then") == pytest.approx(2.0 ** (side * side) / 1e7)


def test_one_flip_more_is_the_next_binomial() -> None:
    lab = CompleteMapLab()
    for flipped in (1, 11, 12, 13, 24):
        lab.set("flipped", flipped)
        assert lab.lookup("ways_now") == math.comb(25, flipped)
        assert lab.lookup("ways_next") == pytest.approx(math.comb(25, flipped + 1))


def test_the_chosen_shape_is_its_place_in_the_report(asked: CompleteMapLab) -> None:
    report = shape_map(MapRequest(0, 1)).report
    assert report.against is not None
    lab = asked.twin()
    lab.set("flipped", 9)
    for place, name in enumerate(NAMES):
        lab.set("shape", name)
        lab.set("version", "as trained")
        flips = report.flips[place]
        assert flips.shown is not None
        assert text(lab, "becomes") == NAMES[flips.shown.answer] != name
        assert lab.lookup("fewest_of_it") == flips.fewest
        assert lab.lookup("changed_at") == pytest.approx(100 * flips.changed[9] / math.comb(25, 9))
        assert lab.lookup("taught_p") == pytest.approx(lab.lookup(f"confidences[{name}]"), abs=1e-5)
        both, first = report.against.counts[place][place], report.counts[place]
        assert lab.lookup("of_those") == pytest.approx(100 * both / first)
        share, other = first / 2**25, report.other_counts[place] / 2**25
        assert lab.lookup("its_chance") == pytest.approx(100 * share * other)
        lowest = float(str(lab.lookup("keeps_it")))
        assert lowest <= flips.start.confidence < {0.5: 0.9, 0.9: 0.99}[lowest]
