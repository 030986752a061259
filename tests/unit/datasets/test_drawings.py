import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tutor.datasets.drawings import broken, inverted, noisy, shifted

DRAWINGS = arrays(np.float64, (5, 5), elements=st.sampled_from([0.0, 0.25, 1.0]))


def drawing(picture):
    return np.array([[float(pixel) for pixel in row] for row in picture.split("/")])


RHOMBUS = drawing("00100/01010/10001/01010/00100")


@pytest.mark.parametrize(
    ("down", "right", "picture"),
    [
        (0, 0, "00100/01010/10001/01010/00100"),
        (1, 0, "00000/00100/01010/10001/01010"),
        (-1, 0, "01010/10001/01010/00100/00000"),
        (0, 1, "00010/00101/01000/00101/00010"),
        (0, -1, "01000/10100/00010/10100/01000"),
        (2, -1, "00000/00000/01000/10100/00010"),
        (4, 0, "00000/00000/00000/00000/00100"),
        (0, -4, "00000/00000/10000/00000/00000"),
        (5, 0, "00000/00000/00000/00000/00000"),
        (0, -9, "00000/00000/00000/00000/00000"),
    ],
)
def test_shifted(down, right, picture):
    assert shifted(RHOMBUS, down, right).tolist() == drawing(picture).tolist()


@given(DRAWINGS, st.integers(-6, 6), st.integers(-6, 6))
def test_each_pixel_of_a_shifted_drawing_comes_from_where_it_should(original, down, right):
    moved = shifted(original, down, right)
    for row in range(5):
        for column in range(5):
            r, c = row - down, column - right
            inside = 0 <= r < 5 and 0 <= c < 5
            assert moved[row, column] == (original[r, c] if inside else 0.0)


def test_inverted():
    assert inverted(RHOMBUS).tolist() == drawing("11011/10101/01110/10101/11011").tolist()
    assert inverted(np.full((5, 5), 0.25)).tolist() == np.full((5, 5), 0.75).tolist()


@given(DRAWINGS, st.integers(0, 25), st.integers(0, 2**32))
def test_broken_flips_exactly_that_many_pixels(original, pixels, seed):
    result = broken(original, np.random.default_rng(seed), pixels)
    changed = result != original
    assert changed.sum() == pixels
    assert result[changed].tolist() == [1 - value for value in original[changed].tolist()]


def test_broken_flips_two_unless_told_and_reaches_every_pixel():
    rng = np.random.default_rng(0)
    changes = [broken(RHOMBUS, rng) != RHOMBUS for _ in range(300)]
    assert {int(change.sum()) for change in changes} == {2}
    assert np.any(changes, axis=0).all()


@pytest.mark.parametrize("pixels", [-1, 26])
def test_broken_refuses_an_impossible_number(pixels):
    with pytest.raises(ValueError, match=f"25 pixels cannot have {pixels}"):
        broken(RHOMBUS, np.random.default_rng(0), pixels)


def test_noisy_flips_the_asked_share():
    rng = np.random.default_rng(0)
    for amount in (0.15, 0.6):
        share = np.mean([noisy(RHOMBUS, rng, amount) != RHOMBUS for _ in range(2000)])
        # 50,000 pixels: the standard deviation is at most 0.0023.
        assert share == pytest.approx(amount, abs=0.012)
    share = np.mean([noisy(RHOMBUS, rng) != RHOMBUS for _ in range(2000)])
    assert share == pytest.approx(0.15, abs=0.012)


def test_noisy_at_both_ends():
    rng = np.random.default_rng(0)
    assert noisy(RHOMBUS, rng, 0.0).tolist() == RHOMBUS.tolist()
    assert noisy(RHOMBUS, rng, 1.0).tolist() == inverted(RHOMBUS).tolist()


@pytest.mark.parametrize("amount", [-0.1, 1.1, float("nan")])
def test_noisy_refuses_what_is_no_probability(amount):
    with pytest.raises(ValueError, match="a probability lies from 0 to 1"):
        noisy(RHOMBUS, np.random.default_rng(0), amount)


@pytest.mark.parametrize(
    "change",
    [
        lambda original, rng: shifted(original, 0, 0),
        lambda original, rng: inverted(original),
        lambda original, rng: broken(original, rng, 0),
        lambda original, rng: noisy(original, rng, 0.0),
        lambda original, rng: broken(original, rng),
        lambda original, rng: noisy(original, rng),
    ],
)
def test_the_original_is_left_alone_and_never_shared(change):
    original = RHOMBUS.copy()
    result = change(original, np.random.default_rng(0))
    assert original.tolist() == RHOMBUS.tolist()
    assert not np.shares_memory(result, original)
    assert result.shape == (5, 5)
    assert result.dtype == np.float64


def test_the_same_seed_gives_the_same_drawing():
    for change in (broken, noisy):
        first, second = (change(RHOMBUS, np.random.default_rng(7)) for _ in range(2))
        assert first.tolist() == second.tolist()
