"""The complete map in the studio: it is of one moment, says which, can be stopped, and is kept."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from tutor.course.record.progress import Progress
from tutor.course.studio_opening import put_into_studio
from tutor.datasets.shapes import NAMES, training_rows
from tutor.engine.layers import Dense
from tutor.engine.network import forward, output_name
from tutor.engine.parameters import views
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Picture
from tutor.labs.studio import StudioLab
from tutor.plain import face
from tutor.studio.building import spec_of
from tutor.studio.presets import PRESETS
from tutor.studio.replaying import replayed
from tutor.training.turns import Turns

SMALL = replace(PRESETS["shapes"], layers=(Dense(6, "relu"),))
"""A network that is asked about everything in two seconds."""


@pytest.fixture(scope="module")
def asked() -> StudioLab:
    lab = StudioLab()
    lab.show_experiment(SMALL.at(200))
    lab.press("ask_all")
    return lab


def text(lab: StudioLab, name: str) -> str:
    return str(lab.lookup(name))


def answers(step: int, rows: np.ndarray) -> np.ndarray:
    """What the network says of rows at a step: replayed, and asked in float64."""
    experiment = SMALL.at(step)
    spec, state = replace(spec_of(experiment), dtype="float64"), replayed(experiment).checkpoint.engine
    return forward(spec, views(spec, state.theta.astype(float), state.moving.astype(float)), rows)[output_name(spec)]


def test_the_shares_are_those_of_a_random_sample(asked: StudioLab) -> None:
    """Of 20,000 drawings drawn at random: the share of a class lies within 2 % of that among all."""
    rows = np.random.default_rng(0).integers(0, 2, (20_000, 25)).astype(float)
    said = answers(200, rows)
    shares = [100 * float((said.argmax(axis=1) == place).mean()) for place in range(5)]
    assert [asked.lookup(f"shares[{name}]") for name in NAMES] == pytest.approx(shares, abs=2)
    bars = asked.read("confident")
    assert isinstance(bars, Bars)
    sure = [100 * float((said.max(axis=1) >= least).mean()) for least in (0.5, 0.9, 0.99)]
    assert bars.panels[0].values == pytest.approx(sure, abs=2)
    assert why(asked, "confident[confidence_from][0.5]").value == pytest.approx(bars.panels[0].values[0])


def test_fewer_flips_than_shown_change_nothing(asked: StudioLab) -> None:
    picture = asked.read("flipped")
    assert isinstance(picture, Picture)
    for shape, row, tile in zip(NAMES, training_rows().inputs, picture.tiles, strict=True):
        drawn = np.ravel(tile.values)
        flips = int(asked.lookup(f"flips[{shape}]"))
        assert int((drawn != row).sum()) == len(tile.marked) == flips
        own, other = answers(200, np.stack([row, drawn])).argmax(axis=1)
        assert own != other
        assert tile.label == f"→{NAMES[other]}"
        for fewer in range(1, min(flips, 3)):
            changed = np.array(
                [[1 - v if i in at else v for i, v in enumerate(row)] for at in combinations(range(25), fewer)]
            )
            assert (answers(200, changed).argmax(axis=1) == own).all()


def test_it_says_which_moment_it_is_of(asked: StudioLab) -> None:
    lab = asked.twin()
    assert text(lab, "map_of") == "this moment: epoch 40, step 200"
    assert "already" in lab.press("ask_all")
    before = lab.read("shares")
    lab.press("back")
    assert text(lab, "map_of") == "epoch 40, step 200; the network has changed"
    assert lab.read("shares") == before
    assert lab.read("by_class").panels[0].label == "epoch 40, step 200, not now"  # type: ignore[union-attr]
    lab.press("on")
    assert text(lab, "map_of").startswith("this moment")
    lab.press("back")
    lab.set("weight", 2.0)
    assert text(lab, "map_of").startswith("another run, epoch 40, step 200;")
    lab.press("take")
    assert text(lab, "map_of").startswith("this moment")
    lab.press("epoch")
    assert text(lab, "map_of").startswith("epoch 40, step 200;")


def test_two_moments_have_a_map_each(asked: StudioLab) -> None:
    lab = asked.twin()
    late = lab.read("shares")
    lab.set("moment", 100)
    lab.press("ask_all")
    early = lab.read("shares")
    assert text(lab, "map_of") == "this moment: epoch 20, step 100"
    assert early != late
    lab.set("moment", 200)
    assert lab.read("shares") == late
    later = StudioLab()
    later.restore(lab.state())
    assert later.read("shares") == late
    later.set("moment", 100)
    assert later.read("shares") == early
    damaged = replace(lab.state(), values={**lab.state().values, "maps": [[1, 2], 3, [["w", "r", 1, 2], {}]]})
    later.restore(damaged)
    assert text(later, "asked") == "not asked yet"


def test_where_there_is_no_map_it_is_said_why(asked: StudioLab) -> None:
    lab = asked.twin()
    for preset, words in (
        ("playground", "takes 2 numbers. Choose the preset shapes"),
        ("digits softmax", "takes 784 numbers"),
        ("shapes CNN", "needs a network of Dense layers; this network has reshape"),
    ):
        lab.set("preset", preset)
        assert words in text(lab, "asked")
        assert not lab.in_use("by_class")
        assert math.isnan(float(lab.lookup("shares[plus]")))
        with pytest.raises(ControlError, match="There is no map"):
            lab.press("ask_all")
    lab.set("preset", "shapes")
    assert lab.in_use("by_class")
    lab.set("loss", "binary_crossentropy")
    assert "ends in a softmax" in text(lab, "asked")


def test_it_is_made_in_turns_while_it_trains_and_can_be_stopped() -> None:
    lab = StudioLab(Turns().start_run)
    lab.show_experiment(SMALL.at(50))
    lab.press("ask_all")
    while "asking: 0%" in text(lab, "asked"):
        assert lab.busy
        lab.poll()
    lab.press("step")
    assert text(lab, "asked").endswith("of step 50")
    assert lab.get("moment") == 51
    assert "Stopped" in lab.press("ask_all")
    assert text(lab, "asked") == "not asked yet"
    lab.press("back")
    lab.press("ask_all")
    while lab.busy:
        lab.poll()
    assert text(lab, "map_of") == "this moment: epoch 10, step 50"
    lab.press("on")
    lab.press("ask_all")
    heading = lab.read("by_class").panels[0].label  # type: ignore[union-attr]
    assert heading.startswith("step 50, not now; asking: ")
    lab.close()


def test_the_plain_face_asks_and_tells(tmp_path: Path) -> None:
    progress = Progress(tmp_path, learner=0)
    put_into_studio(SMALL.at(200), progress)
    progress.close()
    out = io.StringIO()
    typed = "step every-drawing\npress ask_all\nshow shares\npress back\nquit\n"
    assert face.run("studio", None, tmp_path, stdin=io.StringIO(typed), stdout=out) == 0
    said = " ".join(out.getvalue().split())
    assert "all 33,554,432 in" in said
    assert "this moment: epoch 40, step 200" in said
    assert "epoch 40, step 200; the network has changed" in said
