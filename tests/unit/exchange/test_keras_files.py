"""Out to ``.keras`` and in from it: the same answers on both sides, and a reason for whatever is not taken in."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.keras_process import KerasProcess
from tests.unit.exchange.networks import SPECS, network, rows
from tutor.backends.rows import as_labels
from tutor.engine.layers import Dense, Reshape
from tutor.engine.network import evaluate, forward, output_name
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import views
from tutor.engine.sequence_layers import Add, MultiHeadAttention
from tutor.engine.spec import NetworkSpec
from tutor.exchange.errors import ExchangeError
from tutor.exchange.keras_archive import read_archive
from tutor.exchange.keras_config import network_of
from tutor.exchange.keras_files import import_keras, keras_file_of

HERE = Path(__file__).parent


def answers(spec: NetworkSpec, theta: np.ndarray, moving: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    return forward(spec, views(spec, theta, moving), inputs)[output_name(spec)]


def classes(spec: NetworkSpec) -> np.ndarray:
    """A class for each of three rows, or for some of their places."""
    return np.array([[0, 1, -1, 2, 0, 4]] * 3) if spec.ends_in_places else np.array([0, 1, 0])


@pytest.mark.tensorflow
def test_keras_loads_what_was_exported_and_answers_the_same(tmp_path: Path, keras_process: KerasProcess) -> None:
    for number, spec in enumerate(SPECS):
        file = tmp_path / f"{number}.keras"
        if number == 0:
            # The whole way through a child of its own once: it loads TensorFlow for each file.
            file.write_bytes(keras_file_of(network(spec)))
        np.save(file.with_suffix(".npy"), rows(spec))
        np.save(file.with_suffix(".labels.npy"), as_labels(classes(spec), spec))
    keras_process.lines(HERE / "keras_answers.py", tmp_path)
    for number, spec in enumerate(SPECS):
        ours, theirs = network(spec), np.load(tmp_path / f"{number}.answers.npy")
        np.testing.assert_allclose(theirs, answers(spec, ours.theta, ours.moving, rows(spec)), atol=1e-6)
        loss, *_ = json.loads((tmp_path / f"{number}.loss").read_text())
        labels = as_labels(classes(spec), spec)
        assert loss == pytest.approx(
            evaluate(spec, views(spec, ours.theta, ours.moving), rows(spec), labels)[0], rel=1e-5
        )
        # And back: the very network, to the bit.
        back = import_keras(tmp_path / f"{number}.keras").network
        assert (back.spec.layers, back.spec.loss, back.spec.optimizer) == (spec.layers, spec.loss, spec.optimizer)
        assert (back.spec.dtype, back.spec.from_logits) == (spec.dtype, spec.from_logits)
        assert np.array_equal(back.theta, ours.theta)
        assert np.array_equal(back.moving, ours.moving)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory, keras_process: KerasProcess) -> Path:
    folder = tmp_path_factory.mktemp("elsewhere")
    keras_process.lines(HERE / "keras_written.py", folder)
    return folder


@pytest.mark.tensorflow
def test_a_model_made_in_keras_answers_here_as_there(elsewhere: Path) -> None:
    imported = import_keras(elsewhere / "in_line.keras")
    found, inputs = imported.network, np.load(elsewhere / "in_line.npy")
    expected = np.load(elsewhere / "in_line.answers.npy")
    np.testing.assert_allclose(answers(found.spec, found.theta, found.moving, inputs), expected, atol=1e-6)
    assert found.spec.loss == "sparse_categorical_crossentropy"
    assert found.spec.optimizer.learning_rate == 0.001
    assert found.classes == ("0", "1", "2", "3")
    assert imported.notes == ()


@pytest.mark.tensorflow
def test_what_changes_no_answer_is_left_out_and_said(elsewhere: Path) -> None:
    imported = import_keras(elsewhere / "loose.keras")
    found, inputs = imported.network, np.load(elsewhere / "loose.npy")
    expected = np.load(elsewhere / "loose.answers.npy")
    np.testing.assert_allclose(answers(found.spec, found.theta, found.moving, inputs), expected, atol=1e-6)
    assert [type(layer).__name__ for layer in found.spec.layers] == [
        "Conv2D", "BatchNormalization", "Reshape", "Dense", "Dense",
    ]  # fmt: skip
    assert found.spec.layers[2] == Reshape((27,))
    assert found.spec.layers[4] == Dense(2, l2=0.2)
    assert (found.spec.loss, found.spec.optimizer) == ("mean_squared_error", Adam(0.02))
    said = "\n".join(imported.notes)
    for words in (
        "the GaussianNoise layer", "the SpatialDropout2D layer", "kernel_regularizer 'L1' of conv2d", "bias_constraint",
        "gamma_regularizer 'L2'", "is frozen in the file", "kernel_regularizer 'L1L2'", "Adam's use_ema is left out",
        "the learning rate's PolynomialDecay is left out: the rate stays at its first value, 0.02",
    ):  # fmt: skip
        assert words in said
    assert len(imported.notes) == 9
    assert "SGD" not in said


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", ["transformer", "lstm", "tied"])
def test_a_network_for_sequences_made_in_keras_answers_here_as_there(name: str, elsewhere: Path) -> None:
    found, inputs = import_keras(elsewhere / f"{name}.keras").network, np.load(elsewhere / f"{name}.npy")
    ours = answers(found.spec, found.theta, found.moving, inputs)
    np.testing.assert_allclose(ours, np.load(elsewhere / f"{name}.answers.npy"), rtol=1e-5, atol=2e-6)


@pytest.mark.tensorflow
def test_a_transformer_is_read_with_what_each_sum_spans(elsewhere: Path) -> None:
    imported = import_keras(elsewhere / "transformer.keras")
    spec = imported.network.spec
    assert [layer.over for layer in spec.layers if isinstance(layer, Add)] == [3, 2, 3, 2]
    attention = [layer for layer in spec.layers if isinstance(layer, MultiHeadAttention)]
    assert [layer.use_causal_mask for layer in attention] == [True, False]
    assert (spec.loss, spec.from_logits) == ("sparse_categorical_crossentropy", True)
    said = "\n".join(imported.notes)
    for words in ("embeddings_regularizer 'L2'", "GaussianNoise", "dropout '0.1' of multi_head", "recurrent_dropout",
                  "kernel_regularizer 'L2' of multi_head_attention_1"):  # fmt: skip
        assert words in said
    assert "by its sizes" not in said


@pytest.mark.tensorflow
def test_a_rescaling_in_front_becomes_part_of_the_weights(elsewhere: Path) -> None:
    """Keras was asked about bytes; here a picture's shades are numbers from 0 to 1."""
    imported = import_keras(elsewhere / "pictures.keras")
    found, shades = imported.network, np.load(elsewhere / "pictures.npy")
    theirs = np.load(elsewhere / "pictures.answers.npy")
    ours = answers(found.spec, found.theta, found.moving, (shades / 255).astype("float32"))
    np.testing.assert_allclose(ours, theirs, atol=2e-6)
    assert "its Rescaling, x·0.00784314 + -1, is taken over into the weights of conv2d" in imported.notes
    plain = import_keras(elsewhere / "plain_scale.keras").network
    ours = answers(plain.spec, plain.theta, plain.moving, np.load(elsewhere / "plain_scale.npy"))
    np.testing.assert_allclose(ours, np.load(elsewhere / "plain_scale.answers.npy"), atol=1e-6)


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("padded.keras", ["Rescaling, x·2 + 1", "padding"]),
        ("only.weights.h5", ["this has only weights", "model.save('name.keras')"]),
        ("branched.keras", ["what one gives goes to several"]),
        ("two_values.keras", ["multi_head_attention", "takes more than one input"]),
        ("wide_values.keras", ["value_dim '3'"]),
        ("masked.keras", ["mask_zero 'True'"]),
        ("around_rescaling.keras", ["an Add of the inputs before their Rescaling"]),
        ("doubled_by_add.keras", ["an Add of other than two outputs"]),
        ("backwards.keras", ["go_backwards 'True'"]),
        ("relu_rnn.keras", ["activation 'relu'"]),
        ("used_twice.keras", ["used twice"]),
        # All that is in the way is named, not the first of it.
        ("lambda.keras", ["Lambda", "Python code", "Rescaling"]),
        ("own_layer.keras", ["doubled", "author's own"]),
        ("own_activation.keras", ["activation of the author's own"]),
        ("dilated.keras", ["dilation_rate"]),
        ("half.keras", ["mixed_float16"]),
        ("untied.keras", ["tie_weights 'False'"]),
        ("capped.keras", ["logit_soft_cap '2.0'"]),
        ("gru.keras", ["a GRU layer"]),
        ("older.h5", ["older HDF5 format", "model.save('name.keras')"]),
        ("saved_model", ["folder"]),
        ("missing.keras", ["no such file"]),
    ],
)
def test_what_is_not_taken_in_is_refused_by_name(name: str, words: list[str], elsewhere: Path) -> None:
    with pytest.raises(ExchangeError) as refused:
        import_keras(elsewhere / name)
    assert str(refused.value).startswith(f"{elsewhere / name}: ")
    for word in words:
        assert word in str(refused.value)


def archive(
    folder: Path, config: Any, weights: Callable[[Any], None], extra: int = 0, compression: int = zipfile.ZIP_STORED
) -> Path:
    """A ``.keras`` file made by hand."""
    h5py = pytest.importorskip("h5py")
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        weights(file)
    path = folder / "made.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        made.writestr("model.weights.h5", buffer.getvalue() + bytes(extra), compression)
    return path


def one_dense(**changes: Any) -> dict[str, Any]:
    dense = {"name": "d", "units": 2, "activation": "softmax", "use_bias": False, **changes}
    layers = [
        {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [None, 3]}},
        {"module": "keras.layers", "class_name": "Dense", "config": dense, "registered_name": None},
    ]
    return {"module": "keras", "class_name": "Sequential", "config": {"name": "m", "layers": layers}}


KERNEL = np.arange(6, dtype=np.float32).reshape(3, 2)


def good_weights(file: Any) -> None:
    file["layers/dense/vars/0"] = KERNEL


def test_a_file_made_by_hand_is_read(tmp_path: Path) -> None:
    values, arrays = read_archive(archive(tmp_path, one_dense(), good_weights))
    assert arrays["theta"].tolist() == [0, 1, 2, 3, 4, 5]
    assert values["spec"]["input_shape"] == [3]


def _external_dataset(file: Any) -> None:
    file.create_dataset("layers/dense/vars/0", (3, 2), "f4", external=[("/etc/hostname", 0, 24)])


def _external_link(file: Any) -> None:
    import h5py

    file.create_group("layers/dense/vars")["0"] = h5py.ExternalLink("/etc/hostname", "/x")


def _soft_link(file: Any) -> None:
    import h5py

    file["elsewhere"] = KERNEL
    file.create_group("layers/dense/vars")["0"] = h5py.SoftLink("/elsewhere")


def _huge(file: Any) -> None:
    file.create_dataset("layers/dense/vars/0", (1 << 20, 1 << 20), "f4", chunks=(64, 64), compression="gzip")


def _never_written(file: Any) -> None:
    file.create_dataset("layers/dense/vars/0", (3, 2), "f4")


def _packed(file: Any) -> None:
    file.create_dataset("layers/dense/vars/0", data=KERNEL, chunks=(3, 2), compression="gzip")


def _not_finite(file: Any) -> None:
    file["layers/dense/vars/0"] = np.full((3, 2), np.nan, np.float32)


def _objects(file: Any) -> None:
    file["layers/dense/vars/0"] = np.array([[b"a", b"b"]] * 3)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (lambda file: None, "not where Keras 3 puts them"),
        (_external_dataset, "not in the file itself"),
        (_external_link, "not where Keras 3 puts them"),
        (_soft_link, "not where Keras 3 puts them"),
        (_huge, "of shape (1048576, 1048576)"),
        (_never_written, "dense.kernel is not stored whole"),
        (_packed, "dense.kernel is not stored whole"),
        (_not_finite, "not finite"),
        (_objects, "dense.kernel is"),
    ],
)
def test_weights_that_lie_or_point_elsewhere(weights: Callable[[Any], None], words: str, tmp_path: Path) -> None:
    with pytest.raises(ExchangeError) as refused:
        read_archive(archive(tmp_path, one_dense(), weights))
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("[" * 100_000, "no JSON"),
        ("{}", "not one that Keras 3 writes"),
        ("[1]", "not one that Keras 3 writes"),
        (one_dense(units="two"), "at least 1 unit, not 'two'"),
        (one_dense(units=0), "at least 1 unit"),
        (one_dense(units=10**12), "at most 10,000,000 can be computed"),
        (one_dense(units=9_000_000), "27,000,000 parameters; at most 10,000,000"),
        (one_dense(units=3), "dense.kernel is float32 of shape (3, 2)"),
        (one_dense(lora_rank=2), "d with lora_rank '2'"),
        (one_dense(activation="hard_swish"), "d with activation 'hard_swish'"),
    ],
)
def test_descriptions_that_cannot_be(config: Any, words: str, tmp_path: Path) -> None:
    with pytest.raises(ExchangeError) as refused:
        read_archive(archive(tmp_path, config, good_weights))
    assert words in str(refused.value)


def test_a_file_that_unpacks_to_far_more_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, " " * 3_000_000 + "{}", good_weights)
    assert path.stat().st_size < 50_000
    with pytest.raises(ExchangeError, match="unpacks to more"):
        read_archive(path)
    with pytest.raises(ExchangeError, match="is packed, as Keras does not"):
        read_archive(archive(tmp_path, one_dense(), good_weights, 100_000_000, zipfile.ZIP_DEFLATED))
    with pytest.raises(ExchangeError, match="unpacks to more than 4,000,192 bytes"):
        read_archive(archive(tmp_path, one_dense(), good_weights, 5_000_000))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n", "pointer of Git LFS"),
        (b"\x1c\x00\x00\x00TFL3" + bytes(64), "TensorFlow Lite"),
        (b"<!DOCTYPE html><title>404</title>", "a web page"),
        (b"\x80\x04\x95pickle", "a Python pickle"),
        (b"\x1f\x8b\x08", "packed with gzip"),
        (b"\x93NUMPY\x01\x00", "a NumPy array"),
    ],
)
def test_files_of_other_kinds_are_called_what_they_are(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "f.keras").write_bytes(content)
    with pytest.raises(ExchangeError, match=words):
        read_archive(tmp_path / "f.keras")


def test_archives_of_others_are_called_what_they_are(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.zeros(3))
    with pytest.raises(ExchangeError, match="archive of NumPy arrays"):
        read_archive(tmp_path / "a.npz")
    with zipfile.ZipFile(tmp_path / "m.pt", "w") as archive:
        archive.writestr("m/data.pkl", b"")
    with pytest.raises(ExchangeError, match="a PyTorch file"):
        read_archive(tmp_path / "m.pt")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 not really"])
def test_what_is_no_archive(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "f.keras").write_bytes(content)
    with pytest.raises(ExchangeError, match=r"no \.keras file"):
        read_archive(tmp_path / "f.keras")


def test_a_model_without_loss_and_optimizer_gets_those_of_its_end() -> None:
    described = network_of(one_dense(), "file")
    assert (described.spec.name, described.spec.loss) == ("m", "categorical_crossentropy")
    assert len(described.notes) == 2


def test_with_a_broken_tensorflow_the_reason_says_what_does_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("tensorflow", "keras"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('libcuda is missing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ExchangeError, match=r"does not load .*libcuda is missing.*export to numpy"):
        keras_file_of(network(SPECS[4]))
