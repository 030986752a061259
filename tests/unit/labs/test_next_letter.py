"""The lab of the next letter against counts of the file, an autograd by differences, and cases worked by hand."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.unit.engine.shown_arithmetic import evaluated
from tutor.course.words.printed_page import Page
from tutor.course.words.readout_text import readout_lines
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Curve, Picture, Vector
from tutor.labs.next_letter import NextLetterLab
from tutor.labs.next_letter.counting import LABELS, all_counted, divided, drawn, mean_bits, shares
from tutor.labs.next_letter.learning import descent, gradient_of, loss_of
from tutor.labs.sequences.names import counting_loss, names_data

FILE = Path(__file__).parents[3] / "data" / "texts" / "names.txt"
LIST = FILE.read_text(encoding="ascii").split()
PAIRS = Counter(pair for name in LIST for pair in pairwise(f".{name}."))
ROWS = Counter(given for name in LIST for given in f".{name}")


@pytest.fixture
def lab() -> NextLetterLab:
    return NextLetterLab()


def number(lab: NextLetterLab, path: str) -> float:
    value = lab.lookup(path)
    assert isinstance(value, float | int)
    return value


def word(lab: NextLetterLab, name: str) -> str:
    value = lab.lookup(name)
    assert isinstance(value, str)
    return value


# Counts


def test_the_table_has_every_pair_of_the_file(lab: NextLetterLab) -> None:
    for i, given in enumerate(LABELS):
        for j, following in enumerate(LABELS):
            assert all_counted()[i, j] == PAIRS[given, following], (given, following)
    picture = lab.read("pairs")
    assert isinstance(picture, Picture)
    assert picture.tiles[0].values == tuple(map(tuple, all_counted().tolist()))
    assert number(lab, "pairs[q][u]") == PAIRS["q", "u"]
    assert number(lab, "pairs_in_all") == sum(map(len, LIST)) + len(LIST)
    assert number(lab, "different") + number(lab, "missing") == 27 * 27
    assert number(lab, "different") == len(PAIRS)


@pytest.mark.parametrize("given", [".", "a", "q", "x"])
@pytest.mark.parametrize("added", [0, 0.1, 1, 100])
def test_a_row_is_its_shares(lab: NextLetterLab, given: str, added: float) -> None:
    lab.set("given", given)
    lab.set("added", added)
    for following in LABELS:
        expected = (PAIRS[given, following] + added) / (ROWS[given] + 27 * added)
        assert number(lab, f"p[{following}]") == pytest.approx(expected, rel=1e-12)
    assert sum(number(lab, f"p[{following}]") for following in LABELS) == pytest.approx(1)


# What it costs


@pytest.mark.parametrize(("name", "added"), [("emma", 0), ("a", 0), ("qxq", 1), ("abcdefghijkl", 0.1)])
def test_a_name_costs_the_sum_of_its_bits(lab: NextLetterLab, name: str, added: float) -> None:
    lab.set("name", name)
    lab.set("added", added)
    costs = [-math.log2((PAIRS[a, b] + added) / (ROWS[a] + 27 * added)) for a, b in pairwise(f".{name}.")]
    assert number(lab, "name_bits") == pytest.approx(sum(costs))
    assert number(lab, "name_nats") == pytest.approx(sum(costs) * math.log(2))
    assert number(lab, "bits_a_letter") == pytest.approx(sum(costs) / (len(name) + 1))
    assert number(lab, "pair_count") == len(name) + 1
    assert number(lab, "costs[pair1][bits]") == pytest.approx(costs[0])
    assert word(lab, "known") == ("yes" if name in LIST else "no")


def test_a_pair_never_seen_costs_infinitely_much_until_it_is_smoothed(lab: NextLetterLab) -> None:
    lab.set("name", "curtis")
    assert PAIRS["c", "u"] == 0
    assert number(lab, "name_bits") == math.inf
    assert word(lab, "cost") == "infinite"
    assert any("infinite" in line for line in readout_lines(lab.read("name_bits"), Page()))
    lab.set("added", 0.1)
    assert number(lab, "name_bits") < 60
    assert word(lab, "cost") == "finite"


@pytest.mark.parametrize("added", [0, 1])
def test_the_list_costs_its_mean(lab: NextLetterLab, added: float) -> None:
    lab.set("added", added)
    mean = sum(n * -math.log((n + added) / (ROWS[a] + 27 * added)) for (a, _), n in PAIRS.items()) / sum(PAIRS.values())
    assert number(lab, "nats") == pytest.approx(mean)
    assert number(lab, "bits") == pytest.approx(mean / math.log(2))
    assert number(lab, "perplexity") == pytest.approx(math.exp(mean))
    assert number(lab, "uniform") == pytest.approx(math.log2(27))


# Drawing


def test_letters_are_drawn_by_the_sums_and_always_the_same(lab: NextLetterLab) -> None:
    lab.set("seed", 5)
    text = ""
    for count in range(1, 16):
        lab.set("draws", count)
        given = text[-1] if text else "."
        assert word(lab, "after") == given
        picked = word(lab, "picked")
        u, sums = number(lab, "u"), np.cumsum([PAIRS[given, each] / ROWS[given] for each in LABELS])
        assert LABELS.index(picked) == int(np.argmax(sums > u))
        assert number(lab, "begins") <= u < number(lab, "ends")
        text += picked
    assert word(lab, "so_far").replace(". ", ".") == text
    assert number(lab, "names_drawn") == text.count(".")
    again = NextLetterLab()
    again.restore(lab.state())
    assert word(again, "so_far") == word(lab, "so_far")


def test_drawn_letters_come_as_often_as_their_p() -> None:
    p = shares(all_counted(), 0)
    first = Counter(LABELS[drawn(p, seed, 1)[0].picked] for seed in range(4000))
    for letter in "asmk":
        chance = PAIRS[".", letter] / len(LIST)
        assert first[letter] / 4000 == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / 4000))


def test_the_picture_of_a_draw_has_the_sums_and_the_level(lab: NextLetterLab) -> None:
    lab.set("seed", 259)
    lab.set("draws", 5)
    bars = lab.read("parts")
    assert isinstance(bars, Bars)
    (panel,) = bars.panels
    assert panel.labels == (".", "a", "i", "u")
    assert panel.values == pytest.approx((6 / 24, 8 / 24, 13 / 24, 1))
    assert panel.before == (number(lab, "u"),) * 4
    told = " ".join(readout_lines(bars, Page(width=1000)))
    assert "░" in told
    assert told.count("before") == 1
    lab.set("draws", 1)
    wide = lab.read("parts")
    assert isinstance(wide, Bars)
    assert len(wide.panels) == 2
    assert sum(len(each.labels) for each in wide.panels) == sum(PAIRS[".", each] > 0 for each in LABELS)


# Held out


def test_all_names_but_those_held_out_cost_what_other_lessons_say(lab: NextLetterLab) -> None:
    counted, held_out = divided()
    assert sorted(counted + held_out) == sorted(LIST)
    assert len(names_data(13).held_out_inputs) == len(held_out)
    lab.set("size", len(counted))
    lab.set("added", 1)
    assert number(lab, "other_bits") == pytest.approx(counting_loss(13) / math.log(2), rel=1e-9)
    assert number(lab, "own_bits") == pytest.approx(counting_loss(13, held_out=False) / math.log(2), rel=1e-9)
    assert number(lab, "gap") == pytest.approx(number(lab, "other_bits") - number(lab, "own_bits"))


def test_what_few_names_do_not_have_is_infinite_for_others(lab: NextLetterLab) -> None:
    lab.set("size", 10)
    lab.set("added", 0)
    assert number(lab, "other_bits") == math.inf
    assert number(lab, "own_bits") < 2
    assert number(lab, "unseen") > 0
    lab.set("added", 1)
    assert number(lab, "unseen") == 0
    curve = lab.read("by_size")
    assert isinstance(curve, Curve)
    own, others = curve.series
    place = own.xs.index(10)
    assert own.ys[place] == pytest.approx(number(lab, "own_bits"))
    assert others.ys[place] == pytest.approx(number(lab, "other_bits"))


def test_bits_of_a_small_table_by_hand() -> None:
    table, p = np.zeros((27, 27)), np.zeros((27, 27))
    table[0, 1], table[0, 2], p[0, 1], p[0, 2] = 3, 1, 0.5, 0.25
    assert mean_bits(table, p) == pytest.approx((3 * 1 + 1 * 2) / 4)


# The layer


def test_the_gradient_is_that_of_the_loss() -> None:
    weights = np.random.default_rng(1).normal(size=(27, 27))
    gradient, step = gradient_of(weights), 1e-5
    for i, j in ((0, 1), (17, 21), (26, 26), (17, 9), (3, 0)):
        up, down = weights.copy(), weights.copy()
        up[i, j] += step
        down[i, j] -= step
        assert gradient[i, j] == pytest.approx((loss_of(up) - loss_of(down)) / (2 * step), rel=1e-5, abs=1e-9)


def test_descent_comes_down_to_the_counted_loss_and_not_below(lab: NextLetterLab) -> None:
    _, losses = descent(30.0)
    assert losses[0] == pytest.approx(math.log(27))
    assert all(after < before for before, after in pairwise(losses))
    assert number(lab, "nats") < losses[-1] < number(lab, "nats") + 0.02
    lab.set("rate", 30)
    lab.set("steps", 300)
    assert number(lab, "learned_loss") == pytest.approx(losses[-1])
    assert number(lab, "above") == pytest.approx(losses[-1] - number(lab, "nats"))
    curve = lab.read("descent")
    assert isinstance(curve, Curve)
    assert curve.series[0].ys == losses
    assert set(curve.series[1].ys) == {number(lab, "nats")}


def test_an_input_of_one_letter_takes_its_row(lab: NextLetterLab) -> None:
    lab.set("given", "q")
    lab.set("steps", 50)
    z, p = lab.read("z"), lab.read("p_learned")
    assert isinstance(z, Vector)
    assert isinstance(p, Vector)
    row = descent(50.0)[0][50][LABELS.index("q")]
    assert z.values == pytest.approx(row.tolist())
    assert p.values == pytest.approx((np.exp(row) / np.exp(row).sum()).tolist())
    assert number(lab, "to_top") == pytest.approx(row[LABELS.index("u")])
    assert number(lab, "learned_top") == pytest.approx(p.values[LABELS.index("u")])


@pytest.mark.parametrize("path", ["weights[q][u]", "gradient[u]", "learned_loss", "p_learned[u]", "own_bits", "ends"])
def test_a_number_is_followed_to_what_was_counted(lab: NextLetterLab, path: str) -> None:
    lab.set("steps", 20)
    derivation = why(lab, path)
    assert derivation.formula != "given"
    assert evaluated(derivation.numbers) == pytest.approx(derivation.value, rel=2e-4, abs=1e-6)
    assert derivation.operands


# Merging


def test_a_sentence_is_merged_pair_by_pair(lab: NextLetterLab) -> None:
    lab.set("sentence", "banana band")
    assert number(lab, "token_count") == 11
    assert word(lab, "next_pair") == "a+n"
    assert number(lab, "next_count") == 3
    assert number(lab, "tokens_then") == 8
    lab.set("merged", 1)
    assert word(lab, "pieces") == "b an an a _ b an d"
    assert word(lab, "new_token") == "an"
    assert (word(lab, "next_pair"), number(lab, "next_count")) == ("b+an", 2)
    lab.set("merged", 12)
    assert word(lab, "pieces") == "ban an a _ ban d"
    assert word(lab, "next_pair") == "none is there twice"


@pytest.mark.parametrize("sentence", ["ab", "aaa", "aaaa", "banana band", "mississippi"])
def test_the_tokens_after_a_merge_are_those_that_it_leaves(lab: NextLetterLab, sentence: str) -> None:
    lab.set("sentence", sentence)
    for merged in range(6):
        lab.set("merged", merged)
        said = number(lab, "tokens_then")
        lab.set("merged", merged + 1)
        assert said == number(lab, "token_count")


@pytest.mark.parametrize("sentence", ["ab", "aa", "aaaa", "京都 京都", "|+_", "[b]x[/b]", "a" * 40])
@pytest.mark.parametrize("merged", [0, 1, 12])
def test_any_sentence_is_merged(lab: NextLetterLab, sentence: str, merged: int) -> None:
    lab.set("sentence", sentence)
    lab.set("merged", merged)
    for name in lab.readout_names():
        lab.read(name)
    assert word(lab, "pieces").replace(" ", "") == sentence.replace(" ", "_")
    assert number(lab, "tokens_then") <= number(lab, "token_count") <= len(sentence)


def test_one_random_number_draws_from_the_row_of_the_file(lab: NextLetterLab) -> None:
    """The first letter, in the order of the tokens, with which the shares counted in the file exceed u."""
    for given in ("q", "a", "x"):
        lab.set("given", given)
        for u in (0.02, 0.3, 0.5, 0.79, 0.98):
            lab.set("lot", u)
            sums = np.cumsum([PAIRS[given, following] / ROWS[given] for following in LABELS])
            assert word(lab, "row_picked") == LABELS[int(np.argmax(sums > u))], (given, u)


def test_one_pair_never_counted_makes_the_cost_of_all_infinite(lab: NextLetterLab) -> None:
    lab.set("added", 0)
    assert math.isinf(number(lab, "other_bits"))
    assert word(lab, "held_out_cost") == "infinite"
    lab.set("added", 1)
    assert word(lab, "held_out_cost") == "finite"


def test_a_row_given_seldom_is_further_from_its_counts(lab: NextLetterLab) -> None:
    lab.set("rate", 50)
    lab.set("steps", 300)
    short = {}
    for given in ("q", "h", "a"):
        lab.set("given", given)
        short[given] = number(lab, "short_by")
        assert short[given] == pytest.approx(number(lab, "top_p") - number(lab, "learned_top"))
    assert short["q"] > short["h"] > short["a"] > 0
