"""What is right for sampling and for making pictures, against hand calculation, the engine and central differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.unit.practice.test_references_normalization import central, returned
from tutor.engine.derivations.cells import Cells
from tutor.engine.sampling import next_probabilities
from tutor.practice.references import right_for
from tutor.practice.right import arithmetic

RNG = np.random.default_rng(29)


def test_top_k_by_hand() -> None:
    """At T = 2 the logits 2·ln 3 and 0 are as 3 to 1."""
    given = {"z": np.array([0.0, -5, 2 * np.log(3)]), "temperature": 2.0, "k": 2}
    assert returned("top_k", **given)[0] == pytest.approx(np.array([0.25, 0, 0.75]))
    right = right_for("top_k", given).returns[0][1]
    assert arithmetic(right, (1,)) == "0"
    assert arithmetic(right, (0,)) == "e^(0 / 2) / (e^(0 / 2) + e^(2.197 / 2))"


def test_top_p_keeps_the_one_that_reaches_the_share() -> None:
    p = np.array([0.125, 0.5, 0.0625, 0.25, 0.0625])
    assert returned("top_p", p=p, share=0.75)[0] == pytest.approx(np.array([0, 2, 0, 1, 0]) / 3)
    assert returned("top_p", p=p, share=0.76)[0] == pytest.approx(np.array([1, 4, 0, 2, 0]) / 7)
    assert returned("top_p", p=p, share=0.2)[0].tolist() == [0, 1, 0, 0, 0]
    assert arithmetic(right_for("top_p", {"p": p, "share": 0.75}).returns[0][1], (3,)) == "0.25 / (0.5 + 0.25)"


@pytest.mark.parametrize("share", [0.3, 0.55, 0.8, 0.95])
def test_top_p_is_that_of_the_engine(share: float) -> None:
    logits = RNG.normal(size=9)
    p = next_probabilities(logits)
    assert returned("top_p", p=p, share=share)[0] == pytest.approx(next_probabilities(logits, top_p=share))


def test_each_token_has_its_piece_of_the_line() -> None:
    p = np.array([0.25, 0, 0.5, 0.25])
    u = np.array([0, 0.2, 0.25, 0.7, 0.75, 0.99])
    assert returned("draw", p=p, u=u)[0].tolist() == [0, 0, 2, 2, 3, 3]


def test_the_best_guess_is_bayes_rule_with_the_normal_density() -> None:
    s, points, sigma = RNG.normal(size=3), RNG.normal(size=(5, 3)), 0.8
    density = np.prod(np.exp(-0.5 * ((s - points) / sigma) ** 2), axis=1)
    mean, noise = returned("best_guess", s=s, points=points, sigma=sigma)
    assert mean == pytest.approx(np.average(points, axis=0, weights=density))
    assert mean + sigma * noise == pytest.approx(s)


def test_half_way_between_two_points_nobody_knows() -> None:
    mean, noise = returned("best_guess", s=np.array([0.0, 1]), points=np.array([[-1.0, 0], [1, 0]]), sigma=2.0)
    assert mean == pytest.approx(np.zeros(2))
    assert noise == pytest.approx(np.array([0, 0.5]))


def test_one_point_alone_is_neared_by_the_noise_that_goes() -> None:
    """Whatever the steps between: the way to a single point is straight, and the noise at the end says how far."""
    x, point = np.array([3.0, -1.0]), np.array([[1.0, 1.0]])
    (after,) = returned("denoise", x=x, points=point, levels=np.array([2.0, 1.5, 1.0, 0.5]))
    assert after == pytest.approx(point[0] + (x - point[0]) / 4)


def test_without_noise_the_last_step_ends_at_a_guess() -> None:
    points = RNG.normal(size=(3, 2))
    x, sigma = np.array([0.25, 0.5]), 0.7
    (after,) = returned("denoise", x=x, points=points, levels=np.array([sigma, 0]))
    assert after == pytest.approx(returned("best_guess", s=x, points=points, sigma=sigma)[0])


def test_the_generator_s_gradient_is_the_slope_of_its_loss() -> None:
    z = np.array([-3.0, 0, 0.5, 4])
    loss, dz = returned("generator_loss", z=z)
    assert float(loss) == pytest.approx(-np.log(1 / (1 + np.exp(-z))).mean())
    assert dz == pytest.approx(central(lambda moved: float(returned("generator_loss", z=moved)[0]), z), abs=1e-7)
    assert returned("generator_loss", z=np.array([-1000.0]))[0] == pytest.approx(1000)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("best_guess", {"s": np.array([0.5, -1]), "points": np.array([[1.0, 0], [0, 0.5]]), "sigma": 0.75}),
        ("denoise", {"x": np.array([0.5, -1]), "points": np.array([[1.0, 0], [0, 2]]), "levels": np.array([1, 0.5])}),
        ("generator_loss", {"z": np.array([0.5, -2, 1])}),
        ("top_k", {"z": np.array([0.5, -2, 1]), "temperature": 0.5, "k": 2}),
    ],
)
def test_the_arithmetic_gives_the_value(name: str, given: dict[str, Any]) -> None:
    right = right_for(name, given)
    for _, cells in (*right.steps, *right.returns):
        assert isinstance(cells, Cells)
        for at in np.ndindex(cells.values.shape):
            text = (
                arithmetic(cells, at).replace("·", "*").replace("−", "-").replace("e^(", "exp(").replace("ln(", "log(")
            )
            assert eval(text, {"exp": np.exp, "log": np.log}) == pytest.approx(cells.values[at], rel=5e-3, abs=1e-3)
