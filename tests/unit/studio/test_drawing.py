"""A drawing in the studio: the answer is the network's at the moment shown, and what was drawn stays."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from tutor.course.undo import NothingToUndo, UndoHistory
from tutor.datasets.shapes import NAMES
from tutor.engine.network import forward, output_name
from tutor.engine.parameters import views
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Picture
from tutor.labs.studio import StudioLab
from tutor.plain import face
from tutor.studio.building import spec_of
from tutor.studio.experiment import Experiment
from tutor.studio.presets import PRESETS
from tutor.studio.replaying import replayed
from tutor.studio.token import experiment_of

PLUS = ((0, 0, 1, 0, 0), (0, 0, 1, 0, 0), (1, 1, 1, 1, 1), (0, 0, 1, 0, 0), (0, 0, 1, 0, 0))


def shown(preset: str, step: int) -> StudioLab:
    lab = StudioLab()
    lab.show_experiment(PRESETS[preset].at(step))
    return lab


def asked(experiment: Experiment, row: np.ndarray) -> np.ndarray:
    """The answer to a row, replayed and computed by the engine itself."""
    spec, state = spec_of(experiment), replayed(experiment).checkpoint.engine
    return forward(spec, views(spec, state.theta, state.moving), row.reshape(1, -1).astype("float32"))[
        output_name(spec)
    ][0]


def confidences(lab: StudioLab) -> tuple[float, ...]:
    return lab.read("confidences").values  # type: ignore[union-attr]


@pytest.mark.parametrize("preset", ["shapes", "shapes CNN"])
def test_the_answer_is_the_networks_at_the_moment_shown(preset: str) -> None:
    lab = shown(preset, 300)
    lab.set("canvas", PLUS)
    end = confidences(lab)
    assert end == pytest.approx(asked(experiment_of(str(lab.lookup("token"))), np.array(PLUS)), abs=1e-6)
    assert lab.lookup("says") == NAMES[int(np.argmax(end))]
    for _ in range(10):
        lab.press("back")
    assert lab.get("moment") == 240
    earlier = confidences(lab)
    assert earlier == pytest.approx(asked(PRESETS[preset].at(240), np.array(PLUS)), abs=1e-6)
    assert max(abs(np.subtract(earlier, end))) > 1e-3
    for _ in range(10):
        lab.press("on")
    assert confidences(lab) == end


def test_ink_on_the_canvas_is_what_the_bytes_of_a_picture_are() -> None:
    lab = shown("digits softmax", 5)
    from tutor.datasets.digits import find_digits

    test = find_digits(None).test
    lab.set("row", 8)
    lab.press("copy")
    expected = asked(PRESETS["digits softmax"].at(5), test.images[7] / 255)
    assert confidences(lab) == pytest.approx(expected, abs=1e-3)
    bars = lab.read("answers")
    assert isinstance(bars, Bars)
    assert bars.panels[0].labels == tuple(str(place) for place in np.argsort(-expected, kind="stable")[:5])
    assert lab.lookup(f"answers[the_best_five][{bars.panels[0].labels[1]}]") == pytest.approx(
        sorted(expected)[-2], abs=1e-3
    )


def test_the_way_through_the_network_and_its_arithmetic() -> None:
    lab = shown("shapes", 50)
    lab.set("canvas", PLUS)
    through, other = lab.read("drawn_through"), lab.read("through")
    assert isinstance(through, Picture)
    assert isinstance(other, Picture)
    # What the first layer makes of the drawing, by the kernel and the bias of that moment; the input is the canvas.
    spec, state = spec_of(PRESETS["shapes"].at(50)), replayed(PRESETS["shapes"].at(50)).checkpoint.engine
    parameters = views(spec, state.theta, state.moving)
    first = np.maximum(np.ravel(PLUS) @ parameters["dense.kernel"] + parameters["dense.bias"], 0)
    np.testing.assert_allclose(np.ravel(through.tiles[0].values), first, atol=1e-5)
    assert other.tiles[1].values != through.tiles[0].values
    assert [tile.label for tile in through.tiles] == [tile.label for tile in other.tiles][1:]
    assert why(lab, "answers[confidence][plus]").value == pytest.approx(confidences(lab)[2])
    assert why(lab, "drawn_through[Dense_2][0][3]").value == pytest.approx(through.tiles[1].values[0][3])
    lab.set("preset", "digits softmax")
    assert lab.in_use("answers")
    assert not lab.in_use("drawn_through")


def test_what_can_be_done_to_a_drawing() -> None:
    lab = shown("shapes", 0)
    lab.set("canvas", PLUS)
    lab.press("invert")
    np.testing.assert_array_equal(lab.vector("canvas"), 1 - np.array(PLUS))
    lab.press("invert")
    lab.press("shift_down")
    np.testing.assert_array_equal(lab.vector("canvas"), np.roll(PLUS, 1, axis=0) * np.array([[0], [1], [1], [1], [1]]))
    lab.press("clear")
    assert lab.lookup("says") == "draw something"
    assert sum(confidences(lab)) == pytest.approx(1)
    assert not lab.in_use("centre")
    with pytest.raises(ControlError, match="not centred"):
        lab.press("centre")
    lab.set("preset", "digits softmax")
    lab.press("clear")
    drawn = np.zeros((28, 28))
    drawn[0:6, 0:3] = 1
    lab.set("canvas", drawn.tolist())
    lab.press("centre")
    rows, columns = np.nonzero(lab.vector("canvas"))
    # The longer side of a digit of MNIST is 20 pixels.
    assert rows.max() - rows.min() + 1 == 20
    assert 9 <= columns.mean() <= 18


def test_each_data_set_keeps_its_drawing_and_a_state_keeps_all() -> None:
    lab = shown("shapes", 0)
    lab.set("canvas", PLUS)
    lab.set("preset", "digits softmax")
    assert lab.vector("canvas").shape == (28, 28)
    lab.press("clear")
    lab.set("canvas", np.eye(28).tolist())
    lab.set("preset", "playground")
    assert not lab.in_use("canvas")
    assert "takes numbers" in str(lab.lookup("says"))
    with pytest.raises(ControlError, match="takes no drawings"):
        lab.press("copy")
    later = StudioLab()
    later.restore(lab.state())
    for each in (lab, later):
        each.set("preset", "shapes")
        assert np.array_equal(each.vector("canvas"), PLUS)
        each.set("preset", "digits softmax")
        assert np.array_equal(each.vector("canvas"), np.eye(28))
    twin = lab.twin()
    assert np.array_equal(twin.vector("canvas"), np.eye(28))
    damaged = dict(lab.state().values)
    damaged["drawings"] = {"digits": [[3]], "shapes": "none"}
    later.restore(type(lab.state())(damaged, lab.state().arrays))
    assert later.vector("canvas").shape == (28, 28)


def test_strokes_are_undone_but_not_on_another_drawing() -> None:
    lab = shown("shapes", 0)
    history = UndoHistory(lab)
    lab.press("clear")
    with history.recording("canvas"):
        lab.set("canvas", PLUS)
    history.undo()
    assert not lab.vector("canvas").any()
    history.redo()
    assert np.array_equal(lab.vector("canvas"), PLUS)
    with history.recording("preset"):
        lab.set("preset", "digits softmax")
    with pytest.raises(NothingToUndo):
        history.undo()
    assert lab.get("data") == "digits"


def test_the_plain_face_draws_and_is_answered(tmp_path: Path) -> None:
    out = io.StringIO()
    typed = "step drawing\npress clear\ndraw canvas 0 2 4 2\ndraw canvas 2 0 2 4\npress epoch\npress back\nquit\n"
    lab = shown("shapes", 100)
    from tutor.course.record.progress import Progress
    from tutor.course.studio_opening import put_into_studio

    progress = Progress(tmp_path, learner=0)
    put_into_studio(PRESETS["shapes"].at(100), progress)
    progress.close()
    assert face.run("studio", None, tmp_path, stdin=io.StringIO(typed), stdout=out) == 0
    said = out.getvalue()
    lab.set("canvas", PLUS)
    assert "Pixels with more ink: 4; with some: 9." in said
    assert f"{confidences(lab)[2]:.3f}" in said
    assert "it says" in said


def test_the_plain_face_says_why_there_is_nothing_to_draw_on(tmp_path: Path) -> None:
    out = io.StringIO()
    assert face.run("studio", None, tmp_path, stdin=io.StringIO("step drawing\nquit\n"), stdout=out) == 0
    said = out.getvalue().split("Drawing")[-1]
    assert "takes numbers" in said
    assert "canvas" not in said
