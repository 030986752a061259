"""Names and texts in the studio: tokens, the same bits again, what is written at a moment, texts of one's own."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.keras_process import KerasProcess
from tests.unit.labs import test_every_lab as every_lab
from tutor.cli import main
from tutor.datasets.errors import DataError
from tutor.datasets.texts.shipped import names
from tutor.engine.layers import BatchNormalization, Dense, Flatten
from tutor.engine.network import forward
from tutor.engine.operations.contract import ShapeError
from tutor.engine.parameters import views
from tutor.engine.sequence_layers import LSTM, Embedding, MultiHeadAttention, SimpleRNN, TiedProjection
from tutor.engine.validation import SpecError
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.readouts import Curve, Matrix, Network, Picture, Table, Vector
from tutor.labs.sequences.samples import written_names
from tutor.labs.studio import StudioLab
from tutor.plain import face
from tutor.studio.building import settings_of, spec_of, training_data
from tutor.studio.experiment import DataChoice, Experiment
from tutor.studio.layers_text import layers_of, layers_text
from tutor.studio.own_data import text_of
from tutor.studio.preset_on_own import preset_on
from tutor.studio.presets import PRESETS
from tutor.studio.problem import problem_of
from tutor.studio.replaying import replayed
from tutor.studio.text_rows import _own_text
from tutor.studio.token import TokenError, experiment_of, token_of
from tutor.studio.weights import experiment_of_network
from tutor.training.gpt import Gpt, gpt
from tutor.training.models import MODELS
from tutor.training.trainer import Trainer

NAMES_PRESETS = ("gpt-names", "rnn-names", "lstm-names")
LOSS = "sparse_categorical_crossentropy"


def forget() -> None:
    """As in another process, which has read nothing."""
    for known in (problem_of, training_data, _own_text):
        known.cache_clear()


def on_names(*layers: object) -> Experiment:
    return replace(PRESETS["rnn-names"], layers=layers)  # type: ignore[arg-type]


def at(preset: str, step: int) -> StudioLab:
    lab = StudioLab()
    lab.show_experiment(PRESETS[preset].at(step))
    return lab


# The experiment


@pytest.mark.parametrize("preset", NAMES_PRESETS)
def test_a_preset_is_the_network_of_dl_tutor_train_bit_for_bit(preset: str) -> None:
    model, experiment = MODELS[preset], PRESETS[preset].at(9)
    trainer = Trainer(model.settings(), training_data(experiment.data, LOSS))
    trainer.advance(9)
    theta = replayed(experiment).checkpoint.engine.theta
    np.testing.assert_array_equal(theta, trainer.backend.state().theta)
    np.testing.assert_array_equal(theta, replayed(experiment).checkpoint.engine.theta)


@pytest.mark.parametrize("preset", NAMES_PRESETS)
def test_a_token_is_short_and_comes_back(preset: str) -> None:
    forked = PRESETS[preset].at(20).edited("rate", 0.001).at(30)
    token = token_of(forked)
    assert len(token) < 120
    assert experiment_of(token) == forked


def test_the_text_of_a_gpt_is_for_the_layers_of_a_gpt_alone() -> None:
    two = gpt("", Gpt(8, 2, 2), 40, 16).layers[:-1]
    assert layers_text(two) == "q40x8x2x2"
    assert layers_of("q40x8x2x2") == two
    for other in (two[:-1], two[1:], (*two[:3], *two[4:]), (replace(two[0], output_dim=9), *two[1:])):
        assert not layers_text(other).startswith("q")
        assert layers_of(layers_text(other)) == other
    for text in ("q", "q27x16", "q27x16x3", "q27x16x0", "q27x16x4x0", "q27x16x4x9", "q0x0x1", "q9999x99999999x1"):
        with pytest.raises((SpecError, ShapeError)):
            layers_of(text)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ((), "begins with an Embedding"),
        ((Dense(3),), "begins with an Embedding"),
        ((Embedding(27, 8), Embedding(27, 8)), "vectors reach it"),
        ((Embedding(27, 8), Flatten()), "does not keep the places"),
        ((Embedding(27, 8), BatchNormalization()), "a letter with those after it"),
        ((Embedding(27, 8), SimpleRNN(4)), "after the last token alone"),
        ((Embedding(27, 8), LSTM(4)), "after the last token alone"),
        ((Embedding(27, 8), MultiHeadAttention(2, 4)), "the token that it is to predict"),
        ((Embedding(27, 8), TiedProjection(27)), "the end of a network"),
    ],
)
def test_what_a_text_has_no_use_for_is_said(layers: tuple, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        on_names(*layers)


def test_a_table_of_other_tokens_is_said() -> None:
    with pytest.raises(SpecError, match="27 tokens, but the Embedding has a table of 30"):
        spec_of(on_names(Embedding(30, 8)))


def test_test_rows_are_the_share_of_the_studio() -> None:
    half = problem_of(DataChoice("names", test=50, draw=1))
    assert (len(half.training.inputs), len(half.test.inputs)) == (1051, 1051)
    other = problem_of(DataChoice("names", test=50, draw=2))
    assert not np.array_equal(half.training.inputs, other.training.inputs)


# The lab


def test_what_it_writes_is_what_the_network_of_that_moment_writes() -> None:
    lab = at("gpt-names", 60)
    said = {}
    for step in (60, 10, 60):
        lab.set("moment", step)
        table = lab.read("samples")
        assert isinstance(table, Table)
        experiment = PRESETS["gpt-names"].at(step)
        spec, theta = spec_of(experiment), replayed(experiment).checkpoint.engine.theta
        expected = written_names(spec, views(spec, theta), 0, 8)
        assert tuple(row[1] for row in table.rows) == tuple(each or "(nothing)" for each in expected)
        assert [row[2] for row in table.rows] == ["in the list" if each in names() else "new" for each in expected]
        assert said.setdefault(step, table) == table
    assert said[60] != said[10]
    lab.set("sample", 10)
    assert lab.read("samples") != said[60]
    lab.set("temperature", 0)
    table = lab.read("samples")
    assert isinstance(table, Table)
    assert len({row[1] for row in table.rows}) == 1


def test_who_looks_at_whom_and_what_follows_a_word() -> None:
    lab = at("gpt-names", 30)
    lab.set("word", "Ada")
    lab.set("head", 2)
    experiment = PRESETS["gpt-names"].at(30)
    spec, theta = spec_of(experiment), replayed(experiment).checkpoint.engine.theta
    row = np.zeros((1, 16), "float32")
    row[0, :4] = [0, 1, 4, 1]
    values = forward(spec, views(spec, theta), row)
    picture = lab.read("attention")
    assert isinstance(picture, Picture)
    assert picture.row_labels == (".0", "a1", "d2", "a3")
    shown = np.array(picture.tiles[0].values)
    np.testing.assert_allclose(shown, values["multi_head_attention.weights"][0, 1, :4, :4], rtol=1e-6)
    np.testing.assert_allclose(shown.sum(axis=1), 1, rtol=1e-6)
    assert not np.triu(shown, 1).any()
    logits = values["dense_2.out"][0, 3].astype(float)
    bars = lab.read("next")
    assert isinstance(bars, Bars)
    expected = np.exp(logits) / np.exp(logits).sum()
    np.testing.assert_allclose(bars.panels[0].values, expected, rtol=1e-5)
    assert float(lab.lookup("chance")) == pytest.approx(expected.max(), rel=1e-5)
    most = int(shown[3].argmax())
    assert f"head 2: a3 looks most at {picture.row_labels[most]}" in str(lab.lookup("looks"))
    network = lab.read("network")
    assert isinstance(network, Network)
    assert not network.joined
    assert network.layers[0].name == "1 embedding"
    np.testing.assert_allclose(network.layers[0].values, values["embedding.out"][0, 3], rtol=1e-6)
    with pytest.raises(ControlError):
        lab.set("word", "x" * 16)
    with pytest.raises(ControlError):
        lab.set("word", "a.b")


def test_counted_by_hand_right_and_confusions_agree() -> None:
    lab = at("rnn-names", 40)
    experiment = PRESETS["rnn-names"].at(40)
    data, spec = training_data(experiment.data, LOSS), spec_of(experiment)
    values = forward(spec, views(spec, replayed(experiment).checkpoint.engine.theta), data.held_out_inputs)
    answers, judged = values["dense.out"].argmax(axis=-1), data.held_out_labels >= 0
    right, table = lab.read("right"), lab.read("confusion")
    assert isinstance(right, Vector)
    assert isinstance(table, Matrix)
    counts = np.array(table.values)
    assert counts.sum() == judged.sum()
    share = (answers == data.held_out_labels)[judged].mean()
    assert right.values[1] == pytest.approx(100 * share)
    assert np.trace(counts) / counts.sum() == pytest.approx(share)


def test_the_curve_has_the_loss_of_knowing_nothing() -> None:
    lab = at("gpt-names", 119)
    curve = lab.read("curve")
    assert isinstance(curve, Curve)
    line = next(each for each in curve.series if each.label == "knowing nothing, ln 27")
    assert set(line.ys) == {math.log(27)}
    # Before the first step it gives nearly all the same chance.
    lab.set("moment", 0)
    assert float(lab.lookup("losses[test]")) == pytest.approx(math.log(27), abs=0.05)


def test_a_learners_path_from_the_preset_to_a_fork_and_to_other_layers() -> None:
    lab = StudioLab()
    lab.set("data", "names")
    assert lab.get("preset") == "my own"
    lab.set("preset", "gpt-names")
    assert lab.get("word") == "emma"
    lab.press("epoch")
    lab.press("back")
    assert lab.get("moment") == 117
    lab.set("rate", 0.001)
    lab.press("step")
    assert "/117r0.001/@118" in str(lab.lookup("token"))
    assert lab.twin().lookup("token") == lab.lookup("token")
    token = lab.lookup("token")
    lab.set("layer", 1)
    with pytest.raises(ControlError, match="begins with an Embedding"):
        lab.press("remove")
    lab.set("kind", "flatten")
    with pytest.raises(ControlError, match="does not keep the places"):
        lab.press("add")
    with pytest.raises(ControlError, match="next token at each place"):
        lab.set("loss", "mean_squared_error")
    assert lab.lookup("token") == token
    lab.set("preset", "rnn-names")
    lab.set("layer", 2)
    lab.set("kind", "LSTM")
    assert lab.press("add") == "LSTM: layer 3."
    lab.set("units", 10)
    # 27·16; 32·(16 + 32 + 1); 4·10·(32 + 10 + 1); 27·(10 + 1)
    assert lab.lookup("parameters") == 432 + 1568 + 1720 + 297
    lab.press("remove")
    assert lab.lookup("parameters") == 2891
    assert "a network without attention" in str(lab.lookup("looks"))
    assert not lab.in_use("attention")
    assert lab.in_use("samples")
    lab.set("kind", "attention")
    lab.press("add")
    assert lab.in_use("attention")
    lab.set("data", "circle")
    assert not lab.in_use("samples")
    assert lab.in_use("map")
    assert "takes no text" in str(lab.lookup("writes"))


@pytest.mark.parametrize("preset", NAMES_PRESETS)
def test_every_readout_can_be_read_even_from_weights_that_have_run_away(preset: str) -> None:
    lab = at(preset, 3)
    for name in lab.readout_names():
        lab.read(name)
    lab.set("layer", len(PRESETS[preset].layers))
    state = lab._machine.checkpoint
    lab._machine._state = replace(state, engine=replace(state.engine, theta=state.engine.theta * np.float32("nan")))
    lab._machine._run = None
    lab._machine.turns += 1
    for name in lab.readout_names():
        lab.read(name)
    assert "the weights have run away" in str(lab.lookup("writes"))


def test_the_plain_face_says_what_it_writes_and_who_looks_at_whom(tmp_path: Path) -> None:
    typed = (
        "set preset gpt-names\npress epoch\nshow samples\nset word anna\nshow attention\nshow looks\nwhy chance\nquit\n"
    )
    out = io.StringIO()
    assert face.run("studio", None, tmp_path, stdin=io.StringIO(typed), stdout=out) == 0
    said = out.getvalue()
    lab = at("gpt-names", 119)
    lab.set("word", "anna")
    table = lab.read("samples")
    assert isinstance(table, Table)
    for words in (str(table.rows[0][1]), "a4", str(lab.lookup("looks"))):
        assert words in said, said


def test_a_band_of_seeds_begins_with_the_runs_own_losses() -> None:
    lab = at("rnn-names", 60)
    lab.set("seeds", 2)
    lab.press("band")
    while lab.busy:
        lab.poll()
    assert "2 seeds up to epoch 1" in str(lab.lookup("progress"))
    assert "better than" in str(lab.lookup("luck"))


@pytest.mark.parametrize("preset", NAMES_PRESETS)
def test_what_holds_for_every_lab_holds_with_names(preset: str) -> None:
    lab = at(preset, 3)
    every_lab.test_every_number_is_explained_or_was_counted(lab)
    every_lab.test_its_keras_lines_fit_beside_a_step_and_compute_what_it_shows(lab)
    every_lab.test_each_place_has_an_id_of_its_own(lab)
    every_lab.test_every_name_stands_in_a_group_once_at_most_and_every_readout_reads(lab)
    every_lab.test_a_twin_shows_the_same(lab)


IN_KERAS = """
    import json, sys
    import numpy as np

    given = dict(np.load(sys.argv[1]))
    names = {"__name__": "keras_program", **given}
    exec(open(sys.argv[2]).read(), names)
    print(json.dumps([float(each) for each in names["losses"]]))
"""


@pytest.mark.tensorflow
@pytest.mark.parametrize("preset", NAMES_PRESETS)
def test_keras_has_the_same_losses(preset: str, tmp_path: Path, keras_process: KerasProcess) -> None:
    lab = at(preset, 20)
    program = lab.keras_program()
    np.savez(tmp_path / "given.npz", **program.given)
    (tmp_path / "program.py").write_text(program.source)
    (theirs,) = keras_process.lines(IN_KERAS, tmp_path / "given.npz", tmp_path / "program.py")
    ours = lab.read("losses")
    assert isinstance(ours, Vector)
    assert theirs == pytest.approx(ours.values, rel=1e-5)


# Texts of one's own


def test_a_list_of_ones_own_trains_writes_and_is_named_by_its_contents(tmp_path: Path) -> None:
    file = tmp_path / "towns.txt"
    file.write_text("Bärnau\nÖhningen\nUlm\nEssen\nTrier\nKöln\n" * 5, encoding="utf-8")
    data = text_of(file)
    problem = problem_of(data)
    assert problem.text is not None
    assert problem.text.is_list
    assert len(problem.training.inputs) + len(problem.test.inputs) == 30
    lab = StudioLab()
    lab.show_experiment(preset_on("rnn-names", data))
    assert lab.get("data") == "text"
    before = float(lab.lookup("losses[training]"))
    for _ in range(10):
        lab.press("epoch")
    assert float(lab.lookup("losses[training]")) < before
    assert lab.get("word") in file.read_text(encoding="utf-8").split()
    assert lab.twin().lookup("token") == lab.lookup("token")
    with pytest.raises(ControlError, match="choose other data first"):
        lab.set("preset", "spiral")
    lab.set("preset", "lstm-names")
    token = str(lab.lookup("token"))
    assert "towns" not in token
    assert experiment_of(token, file).data == data
    moved = file.rename(tmp_path / "elsewhere.txt")
    assert experiment_of(token, moved).data == data
    moved.write_text("Ulm\nEssen\n")
    forget()
    with pytest.raises(TokenError, match="contents differ"):
        experiment_of(token, moved)
    with pytest.raises(TokenError, match="--data FILE"):
        experiment_of(token)
    with pytest.raises(ControlError, match="--data"):
        StudioLab().set("data", "text")


def test_a_running_text_of_ones_own_is_windows_and_is_written_on(tmp_path: Path) -> None:
    file = tmp_path / "tale.txt"
    file.write_text("the cat sat on the mat.\nthe dog ate the cat.\n" * 20)
    lab = StudioLab()
    lab.show_experiment(preset_on("gpt-names", text_of(file)))
    for _ in range(4):
        lab.press("epoch")
    table = lab.read("samples")
    assert isinstance(table, Table)
    assert [len(str(row[1])) for row in table.rows] == [30] * 4
    assert not lab.in_use("known")
    assert "\n" not in str(table)
    assert lab.get("word") == "the"
    lab.set("word", "the cat")
    assert lab.read("attention").row_labels[3] == "␣3"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\x00\x01\x02", "bytes that are 0"),
        (b"caf\xe9\nthe\n", "not UTF-8"),
        ("".join(map(chr, range(0x4E00, 0x4E00 + 600))).encode(), "600 different characters"),
    ],
)
def test_a_bad_file_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, words: str
) -> None:
    file = tmp_path / "bad.txt"
    file.write_bytes(content)
    with pytest.raises(DataError, match=words):
        text_of(file)
    assert main(["studio", "--data", str(file), "--json"]) == 2
    assert words in capsys.readouterr().err


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "towns.txt"
    file.write_text("ulm\nessen\ntrier\nkoeln\n" * 5)
    assert main(["studio", "--data", str(file), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["token"].startswith("dlt1:text,t10,h")
    assert said["parameters"] == 4288
    saved = tmp_path / "my.net"
    token = token_of(PRESETS["gpt-names"].at(12))
    found = []
    for _ in range(2):
        assert main(["studio", token, "--json", "--out", str(saved)]) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[0] == found[1]
    begun = experiment_of_network(saved)
    assert begun.data == DataChoice("names", test=10)
    settings_of(begun)
    lab = StudioLab()
    lab.show_experiment(begun)
    assert float(lab.lookup("losses[test]")) == pytest.approx(found[0]["test_loss"], rel=1e-6)
    # The same 27 tokens: it goes on with names of one's own, and not with other letters.
    assert experiment_of_network(saved, text_of(file)).data.name == "text"
    file.write_text("Ulm\nEssen\n")
    with pytest.raises(SpecError, match="does not have the 8 tokens"):
        experiment_of_network(saved, text_of(file))
