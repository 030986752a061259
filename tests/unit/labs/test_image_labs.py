"""The digits and letters labs: what changes the weights, what is kept, what is asked of the test pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import NoReturn

import numpy as np
import pytest

from tutor.backends.interface import TrainingData
from tutor.course.covered_drawing import without_told
from tutor.datasets.digits import find_digits
from tutor.datasets.errors import DataError
from tutor.datasets.images import ImageData
from tutor.labs.digits import DigitsLab
from tutor.labs.images import confusion
from tutor.labs.images import lab as image_lab
from tutor.labs.images.loading import ImageLoading
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.contract import Lab, LabState
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Picture
from tutor.labs.letters import LettersLab
from tutor.training.run import Run, start_inline
from tutor.training.saved.shipped_network import ShippedNetwork, read_shipped
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint


@pytest.fixture(autouse=True)
def _only_what_ships(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DL_TUTOR_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))


@pytest.fixture
def digits() -> Lab:
    lab = DigitsLab()
    for name, value in (("network", "softmax"), ("rows", 200), ("epochs", 2)):
        lab.set(name, value)
    return lab


def settle(lab: Lab) -> None:
    while lab.busy:
        lab.poll()


def test_it_says_that_its_digits_are_synthetic(digits: Lab) -> None:
    assert "synthetic" in str(digits.lookup("origin"))


@pytest.mark.parametrize(("failure", "said"), [("", "synthetic"), ("there are no digits", "there are no digits")])
def test_what_was_said_while_the_pictures_were_read_is_said_anew(
    monkeypatch: pytest.MonkeyPatch, failure: str, said: str
) -> None:
    arrived = Event()

    def late() -> ImageData:
        arrived.wait(30)
        if failure:
            raise DataError("digits.npz", None, failure)
        return find_digits()

    def start_as_a_screen_does(settings: RunSettings, data: TrainingData, start: Checkpoint | None) -> Run:
        return start_inline(settings, data, start)

    monkeypatch.setattr(DigitsLab, "kind", replace(DigitsLab.kind, find=late))
    lab = DigitsLab(start_as_a_screen_does)
    assert lab.lookup("origin") == "loading the pictures …"
    arrived.set()
    while lab.busy:
        lab.poll()
    assert said in str(lab.lookup("origin"))


@pytest.mark.parametrize(("name", "value"), [("network", "cnn"), ("optimizer", "Adam"), ("seed", 1)])
def test_what_changes_the_weights_begins_anew(digits: Lab, name: str, value: object) -> None:
    digits.press("train")
    settle(digits)
    assert digits.lookup("epochs_done") == 2
    digits.set(name, value)
    assert digits.lookup("epochs_done") == 0
    # And the network can be asked at once.
    assert digits.lookup("confidence_sum") == pytest.approx(1.0, abs=1e-5)
    assert digits.keras_program() is not None


def test_each_network_keeps_its_own_weights_and_a_copy_has_them_too(digits: Lab) -> None:
    digits.press("finish")
    softmax = digits.read("confidences")
    digits.set("network", "mlp")
    digits.set("epochs", 1)
    digits.press("finish")
    mlp = digits.read("confidences")
    copy = DigitsLab()
    copy.restore(digits.state())
    assert (copy.get("network"), copy.lookup("epochs_done")) == ("mlp", 1)
    assert copy.read("confidences") == mlp == digits.twin().read("confidences")
    for lab in (digits, copy):
        # The cnn was never trained: what is kept while it is chosen has to be of the others' shapes, not of its own.
        lab.set("network", "cnn")
        assert lab.lookup("epochs_done") == 0
        assert set(lab.state().values["networks"]) == {"softmax/SGD/0 to 1/0", "mlp/RMSprop/0 to 1/0"}
        lab.set("network", "softmax")
        assert lab.lookup("epochs_done") == 2
        assert lab.read("confidences") == softmax


def test_a_network_that_is_chosen_again_trains_with_the_settings_of_now(digits: Lab) -> None:
    digits.press("step")
    digits.set("seed", 1)
    digits.set("learning_rate", 0.0)
    digits.set("seed", 0)
    before = digits.read("confidences")
    digits.press("step")
    assert digits.lookup("steps_done") == 2
    assert digits.read("confidences") == before


def test_the_network_that_ships_is_loaded_with_its_settings_and_kept(digits: Lab) -> None:
    shipped = read_shipped()
    said = digits.press("load_trained")
    assert f"{shipped.right:,} of the {shipped.tested:,}" in said
    assert f"{shipped.settings.epochs} epochs" in said
    assert [digits.get(name) for name in ("network", "optimizer", "epochs", "batch_size", "seed")] == [
        "cnn", "Adam", shipped.settings.epochs, shipped.settings.batch_size, shipped.settings.spec.seed,
    ]  # fmt: skip
    assert digits.lookup("steps_done") == shipped.steps
    assert digits.lookup("time_left") == "none"
    assert digits.lookup("answering") == "the cnn that ships"
    assert digits.lookup("shipped_accuracy") == shipped.right / shipped.tested
    digits.press("take")
    confidences = digits.read("confidences")
    # The microscope goes from an answer to those weights.
    assert why(digits, "confidences[3]").operands
    assert digits.worksheet().array("dense.kernel").ravel().tolist()[:5] == shipped.theta[-10_250:-10_245].tolist()
    copy = DigitsLab()
    copy.restore(digits.state())
    assert copy.read("confidences") == confidences
    assert copy.lookup("answering") == "the cnn that ships"
    copy.press("reset")
    assert copy.lookup("answering") == "cnn, untrained"
    assert copy.press("load_trained") == said
    copy.press("step")
    assert "that ships" not in str(copy.lookup("answering"))


def test_loading_leaves_the_networks_of_other_settings_alone(digits: Lab) -> None:
    digits.press("finish")
    mine = digits.read("confidences")
    digits.press("load_trained")
    digits.set("network", "softmax")
    digits.set("seed", 0)
    assert digits.lookup("epochs_done") == 2
    assert digits.read("confidences") == mine


def test_a_network_that_cannot_be_read_leaves_the_lab_as_it_was(
    digits: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing() -> ShippedNetwork:
        return read_shipped(tmp_path / "trained_cnn.npz")

    monkeypatch.setattr(DigitsLab, "kind", replace(DigitsLab.kind, trained=missing))
    lab = DigitsLab()
    with pytest.raises(ControlError, match="install dl-tutor again"):
        lab.press("load_trained")
    assert lab.get("network") == "softmax"
    assert lab.lookup("answering") == "softmax, untrained"


def test_letters_have_no_trained_network_to_load() -> None:
    with pytest.raises(ControlError, match="no control 'load_trained'"):
        LettersLab().press("load_trained")


# What is on the canvas


def test_the_canvas_begins_empty_and_nobody_answers(digits: Lab) -> None:
    assert not digits.vector("canvas").any()
    assert digits.lookup("truth") == "an empty canvas"
    assert digits.lookup("winner") == digits.lookup("best_answers") == "draw something"
    # What the network would say is there for the microscope, and says of what.
    assert digits.read("confidences").label == "confidence in an empty canvas"  # type: ignore[union-attr]


def test_your_own_drawing_is_what_you_drew_alone(digits: Lab) -> None:
    test = find_digits().test
    names = [str(number) for number in test.classes.tolist()]
    digits.set("picture", 4)
    digits.press("take")
    assert digits.lookup("truth") == f"{names[4]} (test picture 4)"
    # Another number chosen, nothing taken: the picture is the same as before.
    digits.set("picture", 9)
    assert digits.lookup("truth") == f"{names[4]} (test picture 4)"
    digits.press("shift_left")
    assert digits.lookup("truth") == f"{names[4]} (test picture 4, changed)"
    copy = DigitsLab()
    copy.restore(digits.state())
    assert copy.lookup("truth") == digits.twin().lookup("truth") == f"{names[4]} (test picture 4, changed)"
    digits.press("clear")
    assert digits.lookup("truth") == "an empty canvas"
    drawing = np.zeros((28, 28))
    drawing[5:20, 14] = 1
    digits.set("canvas", drawing.tolist())
    assert digits.lookup("truth") == "your own drawing"
    digits.press("centre")
    assert digits.lookup("truth") == "your own drawing"


@pytest.mark.parametrize("kept", [None, 7, [1], ["4", "7", False], [1, 2, 3, 4]])
def test_a_kept_lab_with_a_strange_picture_is_read_as_a_drawing(digits: Lab, kept: object) -> None:
    digits.press("take")
    state = digits.state()
    copy = DigitsLab()
    copy.restore(LabState({**state.values, "taken": kept}, state.arrays))
    assert "synthetic" in str(copy.lookup("origin"))
    assert copy.lookup("truth") == "your own drawing"
    # The canvas stays as it is: it is known by now what it shows.
    copy.press("take")
    assert copy.lookup("truth") == digits.lookup("truth")


def test_it_trains_on_all_pictures_unless_told_otherwise() -> None:
    lab = DigitsLab()
    assert lab.lookup("training_rows") == len(find_digits().training)


def test_training_goes_on_from_what_was_kept(digits: Lab) -> None:
    digits.press("train")
    settle(digits)
    other = DigitsLab()
    other.restore(digits.state())
    settle(other)
    assert other.lookup("epochs_done") == 2
    assert other.read("confidences") == digits.read("confidences")
    assert digits.twin().read("confidences") == digits.read("confidences")


def test_a_confidence_leads_to_its_pixels(digits: Lab) -> None:
    digits.press("take")
    derivation = why(digits, "confidences[3]")
    logit = next(cell for cell in derivation.operands if cell.index[-1] == 3)
    pixels = [cell for cell in digits.worksheet().derive(logit).operands if cell.name == "input"]
    assert len(pixels) == 784
    canvas = digits.vector("canvas").ravel()
    assert [cell.value for cell in pixels] == pytest.approx(canvas.tolist(), abs=1e-6)


def test_a_network_is_asked_once_for_the_same_weights_and_canvas(digits: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object) -> object:
            asked.append(name)
            return function(*given)

        return call

    for name in ("record", "share_alive"):
        monkeypatch.setattr(image_lab, name, counted(name, getattr(image_lab, name)))
    monkeypatch.setattr(confusion, "ask", counted("ask", confusion.ask))

    def heard() -> set[str]:
        asked.clear()
        for name in digits.readout_names():
            digits.read(name)
        why(digits, "confidences[3]")
        return set(asked)

    assert heard() == {"record", "share_alive", "ask"}
    # Nothing of this has to do with weights or canvas.
    for name, value in (("z", 3), ("shown_class", "4"), ("unit", 2), ("patience", 1), ("picture", 8)):
        digits.set(name, value)
        assert heard() == set(), name
    digits.press("invert")
    assert heard() == {"record"}
    digits.press("step")
    assert heard() == {"record", "share_alive", "ask"}


def test_what_is_counted_asks_no_network(digits: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> NoReturn:
        raise AssertionError("the network is not needed")

    monkeypatch.setattr(InPlaceTraining, "checkpoint", never)
    monkeypatch.setattr(ImageLoading, "wait", never)
    for name in ("layers", "parameters", "layer_counts", "sides", "paper_steps", "tally_sums", "chance"):
        digits.read(name)
    why(digits, "layers[dense][parameters]")
    with pytest.raises(AssertionError, match="not needed"):
        digits.read("confidences")


def test_the_confusion_matrix_adds_up_to_the_test_pictures(digits: Lab) -> None:
    digits.press("train")
    settle(digits)
    confusion = digits.read("confusion").tiles[0].values  # type: ignore[union-attr]
    assert np.sum(confusion) == digits.lookup("asked")
    assert np.trace(confusion) == digits.lookup("right")
    assert digits.lookup("share_right") == pytest.approx(np.trace(confusion) / np.sum(confusion))


def test_letters_hold_out_a_fifth_and_have_the_sources_parameters() -> None:
    lab = LettersLab()
    settle(lab)
    lab.set("network", "cnn")
    assert (lab.lookup("training_rows"), lab.lookup("test_rows")) == (520, 130)
    assert lab.lookup("parameters") == 958_586
    lab.set("network", "mlp")
    assert lab.lookup("parameters") == 723_326


def test_in_the_middle_of_an_epoch_a_kept_lab_goes_on_to_the_bit(digits: Lab) -> None:
    for name, value in (("network", "mlp"), ("rows", 300), ("batch_size", 64), ("epochs", 3)):
        digits.set(name, value)
    for action in ("epoch", "step", "step"):
        digits.press(action)
    other = DigitsLab()
    other.restore(digits.state())
    assert other.lookup("steps_done") == digits.lookup("steps_done") == 7
    for lab in (digits, other):
        lab.press("train")
    for name in ("loss_curve", "accuracy_curve", "confidences", "steps_done", "status"):
        assert other.read(name) == digits.read(name), name


def test_another_batch_size_begins_the_epoch_of_a_kept_lab_anew(digits: Lab) -> None:
    digits.set("batch_size", 32)
    digits.press("step")
    other = DigitsLab()
    other.restore(digits.state())
    for lab in (digits, other):
        lab.set("batch_size", 100)
        lab.press("epoch")
    assert other.lookup("steps_done") == digits.lookup("steps_done") == 3
    assert other.read("confidences") == digits.read("confidences")


@pytest.mark.parametrize(
    ("lab", "network", "out"),
    [
        (DigitsLab(), "mlp", (784, 512, 512, 10)),
        # 28 − 5 + 1 = 24, pooled 12, 12 − 5 + 1 = 8
        (DigitsLab(), "cnn", (784, 24 * 24 * 32, 8 * 8 * 64, 10)),
        # 50, pooled 25, pooled 13, with padding that keeps the side
        (LettersLab(), "cnn", (2500, 50 * 50 * 32, 25 * 25 * 64, 13 * 13 * 128, 128, 26)),
    ],
)
def test_bars_of_what_comes_out_of_each_layer_with_parameters(lab: Lab, network: str, out: tuple[int, ...]) -> None:
    lab.set("network", network)
    drawn = lab.read("layer_bars")
    assert isinstance(drawn, Bars)
    assert drawn.panels[0].values == out
    assert lab.lookup("layer_bars[parameters][1]") == lab.lookup(
        "layers[dense][parameters]" if network == "mlp" else "layers[conv2d][parameters]"
    )


@pytest.mark.parametrize("lab", [DigitsLab(), LettersLab()])
def test_the_marked_pixel_is_the_one_of_that_number(lab: Lab) -> None:
    lab.set("pixel_row", 7)
    lab.set("pixel_column", 20)
    picture = lab.read("marked_pixel")
    assert isinstance(picture, Picture)
    (tile,) = picture.tiles
    ((row, column),) = tile.marked
    flat = np.zeros((len(tile.values), len(tile.values[0])))
    flat[row, column] = 1
    assert flat.ravel()[int(lab.lookup("pixel_number")) - 1] == 1


def test_the_weights_of_the_chosen_class_are_covered_with_it(digits: Lab) -> None:
    digits.set("unit", 4)
    drawn = digits.read("all_weights")
    assert isinstance(drawn, Picture)
    seen = without_told(drawn, digits, {"unit_weights"})
    assert isinstance(seen, Picture)
    assert [not tile.values for tile in seen.tiles] == [digit == 4 for digit in range(10)]
    assert seen.low == -seen.high
