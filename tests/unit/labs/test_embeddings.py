"""Embeddings: rows of names, a table that is read, letters on a plane, other networks, analogies."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tutor.backends.interface import TrainingData
from tutor.datasets.texts.shipped import names
from tutor.datasets.texts.vocabulary import NAMES
from tutor.engine.network import forward, mean_loss, output_name
from tutor.labs.embeddings import EmbeddingsLab
from tutor.labs.embeddings.analogies import ALPHABET, VOICED, asked_of, tally
from tutor.labs.embeddings.network import EPOCHS, LETTERS, TABLE, TOKENS, context_rows, spec_of, trained
from tutor.labs.embeddings.others import OtherNetworks, trained_here
from tutor.labs.embeddings.plane import CONSONANTS, VOWELS, principal_ways
from tutor.labs.kit.charts import Scatter
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Matrix
from tutor.training.history import EpochRecord
from tutor.training.run import InlineRun, Run
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    """No network is known from an earlier test."""
    trained_here().clear()
    yield
    trained_here().clear()


@pytest.fixture
def lab() -> EmbeddingsLab:
    return EmbeddingsLab()


def values_of(lab: EmbeddingsLab, name: str) -> np.ndarray:
    readout = lab.read(name)
    assert isinstance(readout, Matrix)
    return np.array(readout.values)


def test_every_place_of_a_name_is_a_row_and_the_mark_stands_before_and_after_it() -> None:
    for context in (1, 2, 3):
        data = context_rows(context)
        inputs = np.concatenate([data.inputs, data.held_out_inputs])
        labels = np.concatenate([data.labels, data.held_out_labels])
        rows = sorted(zip(map(NAMES.decode, inputs.tolist()), map(TOKENS.__getitem__, labels.tolist()), strict=True))
        whole = [f"{'.' * context}{name}." for name in names()]
        assert rows == sorted((w[i - context : i], w[i]) for w in whole for i in range(context, len(w)))


def test_no_name_is_taught_and_held_out() -> None:
    data = context_rows(3)
    assert 0.08 < len(data.held_out_labels) / len(data.labels) < 0.12


def test_one_hot_letters_are_all_as_far_apart(lab: EmbeddingsLab) -> None:
    for first, second in (("a", "e"), ("a", "k"), ("z", "b")):
        lab.set("first", first)
        lab.set("second", second)
        assert lab.lookup("one_hot_distance") == pytest.approx(2**0.5)
        assert lab.lookup("one_hot_dot") == 0
    lab.set("second", "z")
    assert lab.lookup("one_hot_distance") == 0


def test_a_one_hot_vector_picks_its_row(lab: EmbeddingsLab) -> None:
    lab.set("table", ((1, 2), (3, 4), (5, 6), (7, 8)))
    for row, letter in enumerate("abcd"):
        lab.set("row", letter)
        assert [lab.lookup("picked[x]"), lab.lookup("picked[y]")] == [2 * row + 1, 2 * row + 2]
    assert why(lab, "picked[y]").numbers == "0 + 0 + 0 + 8"


def test_only_the_rows_that_were_read_have_a_gradient_and_it_is_that_of_the_loss(lab: EmbeddingsLab) -> None:
    lab.set("name", "anna")
    gradient = values_of(lab, "gradient_rows")
    assert [TOKENS[i] for i in np.flatnonzero(np.abs(gradient).sum(axis=1))] == ["a", "n"]
    spec, context = spec_of(2, 3, 1), NAMES.encode("ann")[None].astype(float)
    parameters = {name: array.copy() for name, array in lab._training.parameters().items()}
    n, step, losses = TOKENS.index("n"), 1e-5, []
    for sign in (1, -1):
        moved = {**parameters, TABLE: parameters[TABLE].copy()}
        moved[TABLE][n, 1] += sign * step
        losses.append(mean_loss(spec, moved, forward(spec, moved, context), NAMES.encode("a").astype(float)))
    assert gradient[n, 1] == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=1e-6)


def test_before_a_name_there_are_marks_and_a_shorter_context_sees_less(lab: EmbeddingsLab) -> None:
    lab.set("name", "lu")
    assert lab.read("looked_up").row_labels == (".", ". ", "l  ")
    assert lab.lookup("rows_taught") == 2
    lab.set("context", 1)
    assert lab.read("looked_up").row_labels == ("l",)
    lab.set("name", "anna.")
    assert lab.lookup("row_loss") == pytest.approx(-np.log(lab.lookup("confidences[.]")))
    with pytest.raises(ControlError):
        lab.set("name", "Zoë")


def test_distances_cosines_and_neighbours_are_those_of_the_table(lab: EmbeddingsLab) -> None:
    lab.set("size", 4)
    lab.press("epoch")
    lab.set("first", "q")
    table = values_of(lab, "letter_table")[1:]
    apart = np.linalg.norm(table - table[LETTERS.index("q")], axis=1)
    assert lab.lookup("nearest") == LETTERS[int(np.argsort(apart)[1])]
    a, b = table[LETTERS.index("q")], table[LETTERS.index("e")]
    assert lab.lookup("distance") == pytest.approx(np.linalg.norm(a - b))
    assert lab.lookup("cosine") == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    assert lab.lookup("distance_map[a][u]") == pytest.approx(np.linalg.norm(table[0] - table[20]))
    v, c = ([table[LETTERS.index(letter)] for letter in kind] for kind in (VOWELS, CONSONANTS))
    among = np.mean([np.linalg.norm(v[i] - v[k]) for i in range(5) for k in range(i)])
    across = np.mean([np.linalg.norm(one - other) for one in v for other in c])
    assert lab.lookup("ratio") == pytest.approx(among / across)


def test_training_brings_the_vowels_together_and_beats_counting(lab: EmbeddingsLab) -> None:
    before = lab.lookup("ratio")
    assert isinstance(before, float)
    assert before > 0.7
    for _ in range(3):
        lab.press("epoch")
    third = lab.read("plane")
    lab.press("train")
    assert lab.lookup("ratio") < 0.25
    assert lab.lookup("vowel_pairs") == 5
    assert lab.lookup("test_loss") < lab.lookup("counting") < lab.lookup("uniform")
    assert lab.at_stake("seed") == "20 epochs of training"
    assert lab.go_to("loss_curve", 3)
    assert lab.lookup("status") == "paused at epoch 3"
    assert lab.read("plane") == third == lab.twin().read("plane")
    lab.press("reset")
    assert lab.lookup("ratio") == before


def test_the_networks_trained_apart_are_those_of_the_lab(lab: EmbeddingsLab) -> None:
    lab.press("finish")
    lab.press("compare")
    assert np.array_equal(values_of(lab, "letter_table"), trained(2, 1).table)
    assert lab.lookup("by_size[2][held_out]") == pytest.approx(lab.lookup("test_loss"))
    assert lab.lookup("by_size[2][taught_names]") == pytest.approx(lab.lookup("train_loss"))


def test_a_plane_turned_with_the_layer_after_it_changes_no_answer() -> None:
    """What the step on seeds says: nothing in the loss tells one direction from another."""
    table, spec = trained(2, 1).table, spec_of(2, 3, 1)
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(6, 32))
    rest = {"dense.bias": np.zeros(32), "dense_1.kernel": rng.normal(size=(32, 27)), "dense_1.bias": np.zeros(27)}
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    turned = np.concatenate([turn.T @ kernel[at : at + 2] for at in (0, 2, 4)])
    inputs = context_rows(3).held_out_inputs[:50]
    answers = [
        forward(spec, {TABLE: t, "dense.kernel": k, **rest}, inputs)[output_name(spec)]
        for t, k in ((table, kernel), (table @ turn, turned))
    ]
    assert answers[0] == pytest.approx(answers[1])


def test_both_correlations_are_pearsons(lab: EmbeddingsLab) -> None:
    lab.press("compare")
    one, two = (trained(2, seed).table[1:] for seed in (1, 2))
    assert lab.lookup("coordinates_r") == pytest.approx(np.corrcoef(one.ravel(), two.ravel())[0, 1])
    upper = np.triu_indices(26, 1)
    apart = [np.linalg.norm(t[:, None] - t[None], axis=-1)[upper] for t in (one, two)]
    assert lab.lookup("distances_r") == pytest.approx(np.corrcoef(*apart)[0, 1])
    lab.set("other_seed", 1)
    assert lab.lookup("agreement") == "numbers and distances"
    assert lab.lookup("same_nearest") == 26


def test_more_than_two_numbers_are_drawn_in_their_two_principal_directions(lab: EmbeddingsLab) -> None:
    lab.set("size", 4)
    lab.press("epoch")
    table = values_of(lab, "letter_table")[1:]
    centred = table - table.mean(axis=0)
    spread, ways = np.linalg.eigh(centred.T @ centred)
    plane = lab.read("plane")
    assert isinstance(plane, Scatter)
    assert sum(spot.x**2 for spot in plane.spots) == pytest.approx(spread[-1])
    assert sum(spot.y**2 for spot in plane.spots) == pytest.approx(spread[-2])
    assert abs(lab.lookup("plane[q][x]")) == pytest.approx(abs(centred[LETTERS.index("q")] @ ways[:, -1]))
    assert "mean" in why(lab, "plane[q][x]").formula
    assert principal_ways(centred).T @ principal_ways(centred) == pytest.approx(np.eye(2))


def test_a_single_number_is_a_place_on_a_line(lab: EmbeddingsLab) -> None:
    lab.set("size", 1)
    assert lab.lookup("plane[a][x]") == values_of(lab, "letter_table")[1, 0]
    assert lab.lookup("plane[a][y]") == 0


def test_the_capital_of_b_is_where_the_analogy_says(lab: EmbeddingsLab) -> None:
    for small, shift in ((((1, 1), (4, 2), (2, 3)), (3, -2)), (((0, 5), (-2, -2), (1, 1)), (-1, 4))):
        lab.set("small", small)
        lab.set("shift", shift)
        assert lab.lookup("result[x]") == lab.lookup("capitals[B][x]") == small[1][0] + shift[0]
        assert lab.lookup("capital_distances[B]") == 0


def test_analogies_hold_where_the_alphabet_is_a_line_and_the_inputs_win_where_pairs_are_close() -> None:
    line = np.arange(26.0)[:, None]
    count = len(asked_of(ALPHABET))
    assert count == 25 * 25 - 25 - 2 * 24
    assert tally(line, ALPHABET) == (count, count, 0)
    # The second letter of each pair lies close beside its first: the way to it is short.
    close, ways = 100.0 * np.arange(26.0), (1.0, 2.1, 3.3, 4.7, 6.9)
    for (one, other), way in zip(VOICED, ways, strict=True):
        close[LETTERS.index(other)] = close[LETTERS.index(one)] + way
    left_out, every, asked_with = tally(close[:, None], VOICED)
    assert left_out == 20
    # From r, a way of less than half of that to its partner ends nearer to r itself.
    short = sum(p < r / 2 for p in ways for r in ways)
    assert (asked_with, every) == (short, 20 - short)


def test_the_answers_of_a_trained_table_are_its_nearest_letters(lab: EmbeddingsLab) -> None:
    lab.press("compare")
    table = values_of(lab, "wide")[1:]
    p, q, r = (table[LETTERS.index(letter)] for letter in "tdk")
    apart = np.linalg.norm(table - (q - p + r), axis=1)
    order = [LETTERS[i] for i in np.argsort(apart)]
    assert lab.lookup("nearest_of_all") == order[0]
    assert lab.lookup("nearest_other") == next(letter for letter in order if letter not in "tdk")
    assert [row[0] for row in lab.read("answers").rows] == order[:5]
    assert lab.lookup("answer_bars[marked_asked_with][g]") == pytest.approx(apart[LETTERS.index("g")])
    assert lab.lookup(f"answers[{order[1]}][distance]") == pytest.approx(sorted(apart)[1])


def test_other_networks_are_unknown_until_they_are_compared_and_kept_then(lab: EmbeddingsLab) -> None:
    for name in ("agreement", "best_size", "nearest_of_all", "nearest_other"):
        assert lab.lookup(name) == "not known yet"
    for path in ("distances_r", "same_nearest", "by_size[10][held_out]", "voiced_inputs", "analogy_shares[voiced]"):
        assert np.isnan(lab.lookup(path))
    plane = lab.read("seed_plane")
    assert isinstance(plane, Scatter)
    assert all(np.isnan(spot.x) for spot in plane.spots)
    lab.press("compare")
    copy = lab.twin()
    for name in ("agreement", "seed_plane", "other_plane", "by_size", "answers", "analogy_bars"):
        assert copy.read(name) == lab.read(name)
    assert lab.lookup("best_size") == "ten"
    lab.set("seed", 3)
    assert lab.lookup("best_size") == "not known yet"


class Slowly:
    """A starter whose runs train one epoch a poll, as a worker's do in the background."""

    def __init__(self) -> None:
        self.closed = self.started = 0

    def __call__(self, settings: RunSettings, data: TrainingData, start: Checkpoint | None = None) -> Run:
        self.started += 1
        outer = self

        class EpochByEpoch(InlineRun):
            def play(self) -> None:
                """Nothing yet."""

            def poll(self) -> tuple[EpochRecord, ...]:
                if self.snapshot.checkpoint.position.epoch < settings.epochs:
                    self.epoch()
                return super().poll()

            def close(self) -> None:
                outer.closed += 1
                super().close()

        return EpochByEpoch(settings, data, start)


def test_in_the_background_one_network_is_trained_after_the_other() -> None:
    start = Slowly()
    networks = OtherNetworks(start)
    networks.want([(1, 1), (2, 1)])
    assert networks.busy
    polls = 1
    while networks.busy:
        before = networks.moment
        assert networks.poll() == (networks.moment != before)
        polls += 1
    assert (start.started, start.closed) == (2, 2)
    assert polls > EPOCHS
    for key in ((1, 1), (2, 1)):
        assert np.array_equal(networks[key].table, trained(*key).table)
        assert networks[key].losses == trained(*key).losses


def test_what_is_wanted_can_change_and_what_is_known_stays() -> None:
    start = Slowly()
    networks = OtherNetworks(start)
    networks.want([(1, 1)])
    networks.want([(1, 2)])
    assert start.closed == 1
    while networks.busy:
        networks.poll()
    networks.want([(1, 2), (1, 2)])
    assert not networks.busy
    assert np.isnan(networks[1, 1].table).all()
    networks.want([(1, 1)])
    networks.close()
    assert not networks.busy
    again = OtherNetworks(start)
    again.restore(networks.kept() | {"other.3.1.table": np.zeros((27, 2)), "other.3.1.losses": np.zeros(2)})
    assert (1, 2) in again
    assert (3, 1) not in again
    assert again[1, 2].losses == networks[1, 2].losses


def test_a_training_of_the_learners_own_ends_the_comparison() -> None:
    lab = EmbeddingsLab(Slowly())
    lab.press("compare")
    assert lab.busy
    assert lab.lookup("status") == "training other networks"
    lab.press("epoch")
    assert lab.lookup("status") != "training other networks"


def test_a_question_that_was_quicker_ends_the_waiting() -> None:
    lab = EmbeddingsLab(Slowly())
    lab.press("compare")
    assert lab.lookup("agreement") == "not known yet"
    copy = lab.twin()
    copy.press("compare")
    assert copy.lookup("agreement") == lab.lookup("agreement") == "distances"
    lab.poll()
    assert not lab.busy
    assert lab.lookup("best_size") == "ten"


def test_a_letter_nearest_to_an_analogy_is_right_asked_with_or_another() -> None:
    lab = EmbeddingsLab()
    assert lab.lookup("kind_of_all") == "not known yet"
    lab.press("compare")
    lab.set("p", "t")
    lab.set("q", "d")
    for r, right in zip("pkfsbgvz", "bgvzpkfs", strict=True):
        lab.set("r", r)
        for kind, found in (("kind_of_all", "nearest_of_all"), ("kind_of_other", "nearest_other")):
            nearest = lab.lookup(found)
            expected = "right" if nearest == right else "asked" if nearest in ("t", "d", r) else "other"
            assert lab.lookup(kind) == expected, (r, kind)
