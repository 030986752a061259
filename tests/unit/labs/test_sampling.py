"""The sampling lab against plain Python on its logits, one letter at a time, and arithmetic done by hand."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from tutor.course.lessons.loader import load_lesson
from tutor.course.questions.draws import draw_controls
from tutor.datasets.texts.rows import NO_LABEL
from tutor.datasets.texts.shipped import names
from tutor.engine.derivations.derivation import decimals
from tutor.engine.generation import Memory, next_logits, written
from tutor.engine.parameters import layout
from tutor.labs.kit.readouts import Bars, Curve, DotPlot, Number, Picture, Table
from tutor.labs.sampling import SamplingLab
from tutor.labs.sampling.taught import pair_shares, rows_of, taught
from tutor.labs.sampling.writing import answers, verdict
from tutor.resources import lessons_folder

LETTERS = ".abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def lab() -> SamplingLab:
    return SamplingLab()


@pytest.fixture(scope="module")
def trained() -> SamplingLab:
    lab = SamplingLab()
    lab.set("epochs", 2)
    lab.press("finish")
    return lab


def number(lab: SamplingLab, path: str) -> float:
    value = lab.lookup(path)
    assert isinstance(value, float | int)
    return value


def logits_after(lab: SamplingLab, said: str) -> list[list[float]]:
    """The logits at each place of a name, one letter at a time, through the memory."""
    memory, spec, parameters = Memory(), lab._spec(), lab._training.parameters()
    return [next_logits(spec, parameters, LETTERS.index(letter), memory).tolist() for letter in f".{said}"]


def by_hand(z: list[float], temperature: float) -> dict[str, float]:
    most = max(z)
    powers = [math.exp((each - most) / temperature) for each in z]
    return {letter: power / sum(powers) for letter, power in zip(LETTERS, powers, strict=True)}


@pytest.mark.parametrize("temperature", [0.05, 0.5, 1.0, 3.0, 100.0])
def test_p_and_its_entropy_follow_from_the_logits(trained: SamplingLab, temperature: float) -> None:
    trained.set("name", "em")
    trained.set("temperature", temperature)
    p = by_hand(logits_after(trained, "em")[-1], temperature)
    for letter in "aeiz":
        assert number(trained, f"p[{letter}]") == pytest.approx(p[letter], rel=1e-9)
    assert number(trained, "p[end]") == pytest.approx(p["."], rel=1e-9)
    entropy = -sum(share * math.log2(share) for share in p.values() if share > 0)
    assert number(trained, "entropy") == pytest.approx(entropy, rel=1e-9)
    assert number(trained, "as_many") == pytest.approx(2**entropy, rel=1e-9)
    ordered = sorted(p, key=lambda letter: -p[letter])
    assert trained.lookup("likeliest") == ordered[0]
    assert number(trained, "odds") == pytest.approx(p[ordered[0]] / p[ordered[1]], rel=1e-9)
    curve = trained.read("entropy_curve")
    assert isinstance(curve, Curve)
    at_one = by_hand(logits_after(trained, "em")[-1], 1.0)
    ys = np.interp(1.0, curve.series[0].xs, curve.series[0].ys)
    if temperature < 3:
        assert ys == pytest.approx(-sum(share * math.log2(share) for share in at_one.values()), abs=0.01)
    trained.set("temperature", 1.0)


@pytest.mark.parametrize(("top_k", "top_p"), [(0, 1.0), (1, 1.0), (4, 1.0), (0, 0.7), (5, 0.6), (0, 0.05), (27, 0.99)])
def test_what_stays_is_the_fewest_likeliest_and_makes_one(trained: SamplingLab, top_k: int, top_p: float) -> None:
    trained.set("name", "ma")
    trained.set("top_k", top_k)
    trained.set("top_p", top_p)
    p = by_hand(logits_after(trained, "ma")[-1], 1.0)
    ordered = sorted(p, key=lambda letter: -p[letter])[: top_k or 27]
    whole, stays, reached = sum(p[letter] for letter in ordered), [], 0.0
    for letter in ordered:
        stays.append(letter)
        reached += p[letter] / whole
        if top_p < 1 and reached >= top_p:
            break
    assert str(trained.lookup("kept_letters")).split() == stays
    together = sum(p[letter] for letter in stays)
    assert number(trained, "kept_sum") == pytest.approx(together, rel=1e-9)
    summed, drawn = 0.0, {}
    for letter in LETTERS:
        share = p[letter] / together if letter in stays else 0.0
        place = "end" if letter == "." else letter
        assert number(trained, f"q[{place}]") == pytest.approx(share, rel=1e-9)
        summed += share
        drawn[letter] = summed
        assert number(trained, f"cumulated[{place}]") == pytest.approx(summed, rel=1e-9)
    bars = trained.read("on_the_line")
    assert isinstance(bars, Bars)
    assert bars.panels[0].labels == tuple(letter for letter in LETTERS if letter in stays)
    for u in (0.0, 0.21, 0.5, 0.83, 0.999):
        trained.set("u", u)
        first = next(letter for letter in LETTERS if drawn[letter] > u)
        assert trained.lookup("drawn") == first
    trained.set("top_k", 0)
    trained.set("top_p", 1.0)


def test_a_text_costs_what_its_letters_cost(trained: SamplingLab) -> None:
    trained.set("name", "anna")
    trained.set("other", "io")
    p = 1.0
    for z, follows in zip(logits_after(trained, "anna"), "anna.", strict=True):
        p *= by_hand(z, 1.0)[follows]
    assert number(trained, "text_p") == pytest.approx(p, rel=1e-9)
    assert number(trained, "bits") == pytest.approx(-math.log2(p), rel=1e-9)
    assert number(trained, "perplexity") == pytest.approx(p ** (-1 / 5), rel=1e-9)
    other = 1.0
    for z, follows in zip(logits_after(trained, "io"), "io.", strict=True):
        other *= by_hand(z, 1.0)[follows]
    assert number(trained, "other_bits") == pytest.approx(-math.log2(other), rel=1e-9)


def test_the_bars_of_held_out_text_go_down_from_knowing_nothing(trained: SamplingLab) -> None:
    assert number(trained, "uniform_bits") == pytest.approx(math.log2(27), rel=1e-12)
    assert number(trained, "test_bits") < number(trained, "counting_bits") < number(trained, "uniform_bits")
    assert number(trained, "test_perplexity") == pytest.approx(math.exp(number(trained, "test_loss")), rel=1e-9)
    data, pairs = rows_of(taught("names")), Counter[tuple[int, int]]()
    for row, labels in zip(data.inputs, data.labels, strict=True):
        pairs.update((int(a), int(b)) for a, b in zip(row, labels, strict=True) if b != NO_LABEL)
    after_q = {b: count + 1 for (a, b), count in pairs.items() if a == 17}
    total = sum(after_q.get(b, 1) for b in range(27))
    assert pair_shares(taught("names"))[17, 21] == pytest.approx(after_q[21] / total)


def test_multiplications_are_counted_by_hand(lab: SamplingLab) -> None:
    kernels = [entry for entry in layout(lab._spec()) if entry.name.endswith("kernel")]
    assert number(lab, "matrices") == sum(math.prod(entry.shape) for entry in kernels) == 3_504
    lab.set("length", 3)
    # 16 numbers times 1, 2 and 3 places, once for the scores and once for the mixture
    assert number(lab, "kept_last") == 3_504 + 96
    assert number(lab, "anew_last") == 3 * (3_504 + 96)
    assert number(lab, "kept_all") == 3 * 3_504 + 32 * (1 + 2 + 3)
    assert number(lab, "anew_all") == 1 * 3_536 + 2 * 3_568 + 3 * 3_600
    assert number(lab, "saving") == pytest.approx(number(lab, "anew_all") / number(lab, "kept_all"))
    assert number(lab, "difference") < 1e-12


def test_a_difference_from_rounding_does_not_read_as_none(trained: SamplingLab) -> None:
    trained.set("name", "emma")
    shown = trained.read("difference")
    assert isinstance(shown, Number)
    assert (shown.value == 0) == (decimals(shown.value, shown.digits) == "0")


def test_no_two_controls_have_the_same_label(lab: SamplingLab) -> None:
    labels = Counter(control.label for control in lab.controls())
    assert [label for label, count in labels.items() if count > 1] == []


def test_top_1_writes_the_greedy_name_six_times(trained: SamplingLab) -> None:
    trained.set("name", "jo")
    trained.set("top_k", 1)
    samples = trained.read("samples")
    assert isinstance(samples, Table)
    assert {row[1] for row in samples.rows} == {trained.lookup("greedy")}
    assert number(trained, "different") == 1
    said = "jo"
    while (following := max(by_hand(logits_after(trained, said)[-1], 1.0).items(), key=lambda of: of[1])[0]) != ".":
        said += following
    assert trained.lookup("greedy") == said
    assert number(trained, "period") == 0
    trained.set("top_k", 0)
    assert number(trained, "different") > 1
    assert number(trained, "new") > 50


def test_the_greedy_story_repeats_itself_and_the_names_end(lab: SamplingLab) -> None:
    lab.set("texts", "story")
    lab.set("epochs", 4)
    lab.press("finish")
    period = round(number(lab, "period"))
    assert lab.lookup("course") == "in a circle"
    said = str(lab.lookup("greedy"))
    assert period > 0
    assert said[-2 * period : -period] == said[-period:]
    text, spec, parameters = taught("story"), lab._spec(), lab._training.parameters()
    tokens = [0, *text.vocabulary.encode("alice").tolist()]
    for _ in range(20):
        memory = Memory()
        z = [next_logits(spec, parameters, token, memory) for token in tokens[-16:]][-1]
        tokens.append(int(z.argmax()))
    assert said.startswith(text.vocabulary.decode(tokens[1:]).replace(" ", "_"))
    steps = lab.read("steps")
    assert isinstance(steps, Picture)
    shares = np.array(steps.tiles[0].values)
    letters = "".join(steps.row_labels[row] for row, _ in steps.tiles[0].marked)
    assert letters == "".join(steps.column_labels)
    assert letters.startswith(said.removeprefix("alice"))
    assert shares.shape[1] == len(letters)
    assert (shares.sum(axis=0) > 0.8).all()
    assert (shares.sum(axis=0) < 1 + 1e-9).all()


def test_answers_to_sums_are_those_written_one_by_one(lab: SamplingLab) -> None:
    lab.set("texts", "sums")
    lab.set("epochs", 3)
    lab.press("finish")
    text, spec, parameters = taught("sums"), lab._spec(), lab._training.parameters()
    found = answers(text, spec, parameters)
    assert len(found.asked) == 200
    for asked, given, right in list(zip(found.asked, found.given, found.right, strict=True))[::20]:
        begin = [0, *text.vocabulary.encode(asked).tolist()]
        alone = text.vocabulary.decode(list(written(spec, parameters, begin, [0.5] * 3, 0, temperature=0)))
        assert given[:3] == alone
        first, second = map(int, asked.rstrip("=").split("+"))
        assert right == (given == str(first + second))
    assert number(lab, "right") == found.right.sum()
    dots = lab.read("sureness")
    assert isinstance(dots, DotPlot)
    assert [len(row.values) for row in dots.rows] == [found.right.sum(), 200 - found.right.sum()]
    taught_rows = {tuple(row) for row in rows_of(text).inputs.tolist()}
    assert not taught_rows & {tuple(row) for row in rows_of(text).held_out_inputs.tolist()}


def test_what_is_written_is_judged() -> None:
    assert verdict(taught("names"), names()[0]) == "in the list"
    assert verdict(taught("names"), "qqq") == "new"
    judged = {"12+7=19": "right", "12+7=18": "wrong", "12+7=": "no sum", "12=7+5": "no sum", "1+2=03": "wrong"}
    assert {made: verdict(taught("sums"), made) for made in judged} == judged


def test_a_network_is_kept_with_its_text(trained: SamplingLab) -> None:
    twin = trained.twin()
    assert twin.read("logits") == trained.read("logits")
    twin.set("texts", "story")
    assert twin._training.begun is False
    assert number(trained, "test_loss") < 3


def test_each_step_opens_before_its_network_is_trained() -> None:
    lesson = load_lesson(lessons_folder() / "29_sampling")
    for position, step in enumerate(lesson.steps):
        for seed in range(3):
            lab = SamplingLab()
            for name, value in step.set.items():
                lab.set(name, value)
            draw_controls(step, lab, seed, position)
