"""A trained network of a file in a lab: the same answers, the same training on, what is told if it does not fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.keras_process import KerasProcess
from tutor.cli import main
from tutor.course.bringing_network import TAKERS, bring_network, read_given, takers_of
from tutor.course.commands import apply, parse_command
from tutor.course.lessons.loader import load_lesson
from tutor.course.session import LessonSession
from tutor.engine.layers import Dense, Dropout, Flatten, LayerSpec, Reshape
from tutor.engine.optimizer_specs import SGD, Adam, OptimizerSpec
from tutor.engine.parameters import Array, count
from tutor.engine.spec import NetworkSpec
from tutor.labs.catalog import lab_class
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.given_network import GivenNetwork
from tutor.labs.shapes_cnn.lab import CNN, MLP
from tutor.resources import lessons_folder
from tutor.scripting.parse import parse_script
from tutor.scripting.runner import run_script
from tutor.scripting.script import ExpectationFailed
from tutor.studio.experiment import PICTURES
from tutor.training.models import MODELS
from tutor.training.saved.model_file import SavedNetwork, load_network, save_network


def weights(lab: Lab, network: str = "") -> Array:
    training = lab._trainings[network] if network else lab._training  # type: ignore[attr-defined]
    theta: Array = training.checkpoint().engine.theta
    return theta


def session(lab_id: str) -> LessonSession:
    folder = next(lessons_folder().glob(f"*_{lab_id.replace('-', '_')}"), lessons_folder() / "11_shapes_network")
    opened = LessonSession(load_lesson(folder), lab_class(lab_id)())
    opened.open()
    return opened


def network_of(
    spec: NetworkSpec, seed: int = 3, classes: tuple[str, ...] | None = None, optimizer: OptimizerSpec | None = None
) -> SavedNetwork:
    """A network with random weights, of which the file says no more."""
    spec = replace(spec, seed=seed, optimizer=optimizer or spec.optimizer)
    theta = np.random.default_rng(seed).normal(0, 0.1, count(spec)).astype(spec.dtype)
    names = classes or tuple(map(str, range(spec.output_size)))
    return SavedNetwork(spec, theta, np.zeros(0, spec.dtype), names)


def dense(shape: tuple[int, ...], *layers: LayerSpec, **settings: object) -> NetworkSpec:
    return NetworkSpec("mine", shape, layers, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "lab_id", "epochs", "network"),
    [
        ("shapes-mlp", "shapes", 7, ""),
        ("shapes-cnn", "shapes-cnn", 5, CNN),
        ("digits-softmax", "digits", 1, ""),
        # RMSprop has a memory, which the file has too.
        ("digits-mlp", "digits", 1, ""),
    ],
)
def test_training_goes_on_bit_for_bit_as_on_the_command_line(
    model: str, lab_id: str, epochs: int, network: str, tmp_path: Path
) -> None:
    file, further = tmp_path / "a.net", tmp_path / "b.net"
    assert main(["train", model, "--epochs", str(epochs), "--seed", "5", "--out", str(file)]) == 0
    command = ["train", "--resume", str(file), "--epochs", str(epochs + 1), "--out", str(further)]
    assert main(command) == 0
    lab = session(lab_id).lab
    said = lab.take_network(read_given(file))
    np.testing.assert_array_equal(weights(lab, network), load_network(file).theta)
    lab.press("epoch")
    np.testing.assert_array_equal(weights(lab, network), load_network(further).theta)
    assert lab.get("epochs") == epochs
    assert lab.get("seed") == 5
    assert f"{epochs} epoch" in said
    assert "a.net" in str(lab.lookup("status"))


def test_curves_of_the_same_rows_come_along_and_others_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "a.net"
    assert main(["train", "shapes-mlp", "--epochs", "4", "--out", str(file)]) == 0
    lab = session("shapes").lab
    given = read_given(file)
    lab.take_network(given)
    assert given.network.run is not None
    losses = given.network.run.history.points("loss")
    assert lab._training.history.points("loss") == losses  # type: ignore[attr-defined]
    # A drawing that the learner taught is one row more.
    lab.press("teach")
    lab.set("shape", "plus")
    lab.press("teach")
    assert "other rows" in lab.take_network(given)
    assert lab._training.history.last_epoch is None  # type: ignore[attr-defined]


def test_it_is_one_step_for_undo_and_what_the_lab_had_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "a.net"
    assert main(["train", "shapes-mlp", "--epochs", "3", "--seed", "2", "--out", str(file)]) == 0
    opened = session("shapes")
    opened.lab.press("epoch")
    own, loss = weights(opened.lab).copy(), opened.lab.lookup("loss")
    reply = apply(parse_command(f"load {file}"), opened)
    assert reply.ok
    assert reply.discarded
    assert opened.lab.lookup("loss") != loss
    assert apply(parse_command("undo"), opened).ok
    np.testing.assert_array_equal(weights(opened.lab), own)
    assert opened.lab.lookup("loss") == loss
    assert opened.lab.get("seed") == 0
    assert apply(parse_command("redo"), opened).ok
    np.testing.assert_array_equal(weights(opened.lab), load_network(file).theta)


def test_a_network_that_says_nothing_of_its_training_is_kept_and_trained_on(tmp_path: Path) -> None:
    network = network_of(MODELS["digits-softmax"].spec)
    save_network(tmp_path / "mine.net", network)
    lab = lab_class("digits")()
    lab.take_network(read_given(tmp_path / "mine.net"))
    assert "mine.net" in str(lab.lookup("status"))
    assert lab._training.work == "the network of mine.net"  # type: ignore[attr-defined]
    assert lab.at_stake("reset")
    np.testing.assert_array_equal(weights(lab.twin()), network.theta)
    lab.press("step")
    moved = np.abs(weights(lab) - network.theta).max()
    # One step from its weights, not from those of a seed.
    assert 0 < moved < 0.1
    lab.press("reset")
    assert lab.lookup("status") == "untrained"


def test_an_untrained_network_beside_one_of_a_file_hides_nothing_from_undo(tmp_path: Path) -> None:
    lab = lab_class("shapes-cnn")()
    save_network(tmp_path / "mlp.net", network_of(MODELS["shapes-mlp"].spec, seed=1))
    lab.take_network(read_given(tmp_path / "mlp.net"))
    assert lab.at_stake("reset") == "the network of mlp.net"
    assert lab.at_stake("filters") == ""


def test_the_same_layers_in_another_dress() -> None:
    """A picture that arrives as 28×28, logits, a penalty, no dropout: the weights compute the same."""
    shapes = [
        dense((28, 28), Flatten(), Dense(10, "softmax", l2=0.1)),
        dense((28, 28, 1), Reshape((784,)), Dense(10, kernel_initializer="he_normal"), from_logits=True),
        dense((784,), Dense(10, "softmax"), dtype="float64"),
    ]
    for spec in shapes:
        network = network_of(spec)
        lab = lab_class("digits")()
        lab.take_network(GivenNetwork("x.net", network))
        assert lab.get("network") == "softmax"
        picture = np.random.default_rng(0).random((28, 28))
        lab.set("canvas", picture.tolist())
        kernel, bias = network.theta[:7840].reshape(784, 10), network.theta[7840:]
        logits = np.asarray(lab.get("canvas")).reshape(-1) @ kernel + bias
        expected = np.exp(logits) / np.exp(logits).sum()
        found = [lab.lookup(f"confidences[{digit}]") for digit in range(10)]
        np.testing.assert_allclose(np.array(found, float), expected, atol=1e-4)


def test_settings_that_the_lab_has_are_taken_and_others_are_said(tmp_path: Path) -> None:
    layers = [Dense(25, "relu"), Dense(20, "relu"), Dense(15, "relu"), Dense(10, "relu"), Dense(5, "softmax")]
    lab = lab_class("shapes")()
    classes = tuple(lab.control("shape").options)  # type: ignore[union-attr]
    given = GivenNetwork("x.net", network_of(dense((25,), *layers), 4, classes, SGD(0.3, clipnorm=1.0)))
    assert "dropout" not in lab.take_network(given)
    assert (lab.get("dropout"), lab.get("seed"), lab.get("learning_rate")) == (0.0, 4, 0.3)
    mixed = [layers[0], Dropout(0.1), layers[1], Dropout(0.3), *layers[2:]]
    said = lab.take_network(GivenNetwork("x.net", network_of(dense((25,), *mixed), 5000, classes, Adam(0.5))))
    assert "0.1, 0.3" in said
    assert "Its optimizer is Adam; here SGD (clipnorm 1.0) goes on" in said
    assert "seed stays 4" in said
    assert lab.get("learning_rate") == 0.3


def test_the_seed_of_both_stays_while_the_other_is_trained() -> None:
    lab = lab_class("shapes-cnn")()
    lab.press("epoch")
    mlp = weights(lab, MLP).copy()
    spec = lab._spec(CNN)  # type: ignore[attr-defined]
    said = lab.take_network(GivenNetwork("x.net", network_of(spec, 9, lab.control("shape").options)))  # type: ignore[union-attr]
    assert "stays 0" in said
    np.testing.assert_array_equal(weights(lab, MLP), mlp)
    assert lab.get("seed") == 0


@pytest.mark.parametrize("head", ["flatten", "pool", "global max", "global average"])
def test_a_cnn_brings_its_head_and_its_filters(head: str) -> None:
    lab, other = lab_class("shapes-cnn")(), lab_class("shapes-cnn")()
    lab.set("head", head)
    lab.set("filters", 3)
    given = GivenNetwork("x.net", network_of(lab._spec(CNN), 0, lab.control("shape").options))  # type: ignore[attr-defined, union-attr]
    other.take_network(given)
    assert (other.get("head"), other.get("filters")) == (head, 3)
    np.testing.assert_array_equal(weights(other, CNN), given.network.theta)


def test_what_does_not_fit_is_said_and_changes_nothing(tmp_path: Path) -> None:
    opened = session("shapes")
    opened.lab.press("epoch")
    before = opened.lab.state()
    (tmp_path / "text.net").write_text("no network", encoding="utf-8")
    (tmp_path / "text.keras").write_text("no network", encoding="utf-8")
    (tmp_path / "old.h5").write_bytes(b"\x89HDF\r\n\x1a\n model_config")
    (tmp_path / "list.pkl").write_bytes(b"\x80\x04].")
    save_network(tmp_path / "wide.net", network_of(dense((25,), Dense(7, "relu"), Dense(5, "softmax"))))
    save_network(tmp_path / "digits.net", network_of(MODELS["digits-softmax"].spec))
    for name, words in (
        ("absent.net", "no such file"),
        ("text.net", "is not a network"),
        ("text.keras", "text.keras"),
        ("old.h5", "HDF5"),
        ("list.pkl", "pickle"),
        (".", "folder"),
        ("wide.net", "It has 25 → Dense 7 relu → Dense 5 softmax"),
        ("digits.net", "dl-tutor learn digits --net digits.net"),
    ):
        reply = apply(parse_command(f"load {tmp_path / name}"), opened)
        assert not reply.ok
        assert words in " ".join(reply.lines), name
    assert dict(opened.lab.state().values) == dict(before.values)
    np.testing.assert_array_equal(opened.lab.state().arrays["theta"], before.arrays["theta"])
    assert not opened.undo_history.can_undo
    assert not apply(parse_command(f"load {tmp_path / 'digits.net'}"), session("neuron")).ok


def test_other_classes_are_refused_because_the_answers_would_have_wrong_names() -> None:
    clothes = tuple(f"garment {n}" for n in range(10))
    lab = lab_class("digits")()
    with pytest.raises(ControlError, match="garment 0"):
        lab.take_network(GivenNetwork("x.net", network_of(MODELS["digits-mlp"].spec, 0, clothes)))


@pytest.mark.parametrize("model", [name for name, model in MODELS.items() if model.data in PICTURES])
def test_every_network_of_the_sources_has_a_lab(model: str) -> None:
    classes = None if MODELS[model].data != "letters" else tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    takers = takers_of(GivenNetwork("x.net", network_of(MODELS[model].spec, 0, classes)))
    assert takers[0] in TAKERS
    assert takers[0].startswith(MODELS[model].data)


def test_a_network_for_texts_is_refused_by_name_and_by_lab() -> None:
    given = GivenNetwork("x.net", network_of(MODELS["rnn-names"].spec))
    assert takers_of(given) == ()
    with pytest.raises(ControlError, match="16 → Embedding → SimpleRNN → Dense 27"):
        lab_class("shapes")().take_network(given)


def test_a_network_of_keras_answers_as_there(tmp_path: Path, keras_process: KerasProcess) -> None:
    file = tmp_path / "theirs.keras"
    answers = keras_process.lines(
        f"""
        import json, keras, numpy as np
        keras.utils.set_random_seed(1)
        net = keras.Sequential([keras.Input((28, 28)), keras.layers.Rescaling(1 / 255), keras.layers.Flatten(),
                                keras.layers.Dense(10, activation="softmax")])
        net.compile("sgd", "categorical_crossentropy")
        net.save({str(file)!r})
        print(json.dumps(net(255 * np.linspace(0, 1, 784).reshape(1, 28, 28)).numpy()[0].tolist()))
        """
    )
    opened = session("digits")
    assert apply(parse_command(f"load {file}"), opened).ok
    opened.lab.set("canvas", np.linspace(0, 1, 784).reshape(28, 28).tolist())
    found = [opened.lab.lookup(f"confidences[{digit}]") for digit in range(10)]
    np.testing.assert_allclose(np.array(found, float), answers[0], atol=1e-4)


def test_it_is_opened_with_a_lesson_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_network(tmp_path / "mine.net", network_of(MODELS["digits-softmax"].spec))
    save_network(tmp_path / "odd.net", network_of(dense((25,), Dense(7, "relu"), Dense(5, "softmax"))))
    folder, state = str(tmp_path / "mine.net"), ["--state", str(tmp_path)]
    for command in (["learn", folder], ["learn", "--net", folder], ["learn", "digits", "--net", folder]):
        assert main([*command, "--plain", *state]) == 0
        out = " ".join(capsys.readouterr().out.split())
        assert "mine.net is the softmax of this lab now" in out
        assert "undo" in out
    assert main(["learn", "--net", str(tmp_path / "odd.net"), "--plain", *state]) == 2
    assert "dl-tutor studio odd.net" in capsys.readouterr().err
    assert main(["learn", "shapes", "--net", str(tmp_path / "no.net"), "--plain", *state]) == 2
    assert "no such file" in capsys.readouterr().err
    assert main(["learn", "shapes", "--net", folder, "--restricted"]) == 2


def test_bringing_saves_nothing_that_the_lab_refuses() -> None:
    opened = session("digits")
    with pytest.raises(ControlError, match="shapes"):
        bring_network(opened, GivenNetwork("s.net", network_of(MODELS["shapes-mlp"].spec)))


def test_scripts_load_one_and_check_its_numbers(tmp_path: Path) -> None:
    file = tmp_path / "mine.net"
    assert main(["train", "shapes-mlp", "--epochs", "3", "--out", str(file)]) == 0
    lines = ("open shapes at 6", f"load {file}", "expect epochs_done 3", "press epoch", "wait trained")
    script = "\n".join((*lines, "expect epochs_done 4", "undo", "expect epochs_done 0"))
    run_script(parse_script(script, tmp_path / "mine.walk"))
    with pytest.raises(ExpectationFailed):
        run_script(parse_script(script.replace("mine.net", "absent.net"), tmp_path / "mine.walk"))


def test_the_studio_says_that_it_has_not_the_weights_of_a_file() -> None:
    lab = lab_class("shapes")()
    classes = lab.control("shape").options  # type: ignore[union-attr]
    lab.take_network(GivenNetwork("x.net", network_of(MODELS["shapes-mlp"].spec, 0, classes)))
    assert lab.left_out_of_studio() == "the network of x.net, which dl-tutor studio FILE opens"
