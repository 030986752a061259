"""What is said of a wrong program that has no known bug: how its numbers relate to the right ones, and what to do."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.unit.practice.conftest import needs_sandbox
from tutor.practice.checking import Checker
from tutor.practice.likeness import Compared, likeness
from tutor.practice.loading import read_exercise
from tutor.practice.where_text import where_text
from tutor.resources import exercises_folder

pytestmark = needs_sandbox
SOFTMAX = read_exercise(exercises_folder() / "06_softmax")


@pytest.mark.parametrize(
    ("factor", "said"),
    [(-1, "other sign"), (0.5, "half as large"), (3, "3 times too large"), (1 / 3, "divided by 3"), (1.7, "")],
)
def test_likeness_of_factors(factor: float, said: str) -> None:
    right = np.array([[1.0, -2.0, 4.0]])
    found = likeness(Compared(factor * right, right, {"X": np.zeros((3, 5))}), 1e-9)
    assert said in found
    assert bool(found) == bool(said)


def test_likeness_of_a_transposed_table() -> None:
    right = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert "transposed" in likeness(Compared(right.T, right, {}), 1e-9)


def test_a_likeness_that_other_calls_do_not_show_is_an_accident() -> None:
    def call(rows: int, columns: int, factor: float) -> Compared:
        right = np.array([[1.0, -2.0, 4.0]])
        return Compared(factor * right, right, {"X": np.zeros((rows, columns))})

    assert "axis 0 of X and the size of axis 1" in likeness(call(3, 3, 3), 1e-9)
    by_rows = likeness(call(3, 3, 3), 1e-9, [call(5, 2, 5)])
    assert ("axis 0 of X" in by_rows, "axis 1" in by_rows) == (True, False)
    assert likeness(call(3, 4, 3), 1e-9, [call(5, 3, 3)]) == ""
    assert likeness(call(4, 2, 0.5), 1e-9, [call(6, 3, 1 / 3)]) == ""
    assert "twice" in likeness(call(4, 2, 2), 1e-9, [call(6, 3, 2), call(6, 3, math.inf)])


def test_what_others_follow_from_is_named_first(checker: Checker) -> None:
    """A wrong velocity makes the weights wrong, too, which are returned first."""
    exercise = read_exercise(exercises_folder() / "09b_momentum")
    source = "def momentum_step(w, v, g, rate, momentum):\n    n = 0.3 * v - rate * g\n    return w + n, n\n"
    verdict = checker.check(exercise, source, seed=1)
    assert verdict.where is not None
    assert verdict.where.name == "v"


def test_parts_may_come_as_one_array(checker: Checker) -> None:
    """Whoever unpacks it gets the same; an array of other numbers that is as long is one value."""
    momentum, relu = (read_exercise(exercises_folder() / each) for each in ("09b_momentum", "04a_relu"))
    source = (
        "import numpy as np\ndef momentum_step(w, v, g, r, m):\n    n = m * v {} r * g\n    return np.stack([w + n, n])"
    )
    assert checker.check(momentum, source.format("-")).word == "right"
    assert checker.check(momentum, source.format("+")).bugs == ("uphill",)
    alone = checker.check(relu, "import numpy as np\ndef relu(z):\n    return np.maximum(z, 0)\n")
    assert "returns 1 value; expected 2" in alone.say


def test_a_way_without_a_return_is_told(checker: Checker) -> None:
    exercise = read_exercise(exercises_folder() / "09e_clipnorm")
    verdict = checker.check(exercise, exercise.solution.replace("    return g\n", ""))
    assert "Does every way through it end with return" in verdict.say


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return z[len(z) / 2]", "an index has to be a whole number"),
        ("return z if z > 0 else 0", "need one yes or no"),
        ("return z ^ 2", "a squared is a ** 2"),
        ("return 2.5 ^ 2", "a squared is a ** 2"),
        ("return np.ones((4, 3)) @ np.ones((2, 5))", "a row on the left has 3 numbers, and a column on the right 2."),
        ("return np.ones((4, 3)) / np.ones(4)", "the shapes (4,3) and (4,) do not go together"),
        ("return np.ones((4, 3)) / np.ones(4)", "keepdims=True keeps the axis of a sum"),
        ("return np.ones((4, 3)) / np.ones((4, 5))", "and each pair must be the same, or one of it 1."),
        ("return np.zeros(2, 3)", "np.zeros((3, 2))"),
        ("import math\n    return math.exp(np.ones(2))", "np.exp"),
        (
            "return np.dot(np.ones((4, 3)), np.ones((2, 5)))",
            "a row on the left has 3 numbers, and a column on the right 2.",
        ),
        ("return np.ones((4, 3))[1, 3]", "there is no place 3 on axis 1, which has 3, counted from 0"),
        ("return z(0)", "square ones"),
        ("return [[1, 2], [3, 4]][0, 1]", "A list of lists has x[i][j]"),
        ("return [1, 2] - [3, 4]", "np.array makes an array of it"),
        ("return [1, 2] * 0.5", "np.array makes an array of it"),
        ("import math\n    return math.exp(1000)", "math.exp stops there; np.exp gives inf"),
    ],
)
def test_a_message_of_numpys_says_what_to_do(checker: Checker, body: str, said: str) -> None:
    verdict = checker.check(SOFTMAX, f"import numpy as np\ndef softmax(z):\n    {body}\n")
    assert verdict.word == "error"
    assert said in verdict.say
    assert "still stands" not in verdict.say


@pytest.mark.parametrize("kept", ["rows = []\ndef softmax(z):", "def softmax(z, rows=[]):"])
def test_what_is_kept_between_calls_is_told(checker: Checker, kept: str) -> None:
    body = "    e = np.exp(z - z.max(axis=1, keepdims=True))\n    rows.extend(e / e.sum(axis=1, keepdims=True))\n"
    verdict = checker.check(SOFTMAX, f"import numpy as np\n{kept}\n{body}    return np.array(rows[: len(z)])\n")
    assert verdict.word == "wrong"
    assert "keeps what was" in verdict.say


def test_an_infinity_is_said_once(checker: Checker) -> None:
    """A place that is to be masked has no arithmetic: its score should be −∞, and that is all."""
    exercise = read_exercise(exercises_folder() / "27a_attention")
    masked = "masked = np.where(later, -np.inf, scores)"
    assert masked in exercise.solution
    source = exercise.solution.replace(masked, masked.replace("-np.inf", "-5"))
    said = where_text(checker.check(exercise, source, seed=1).where)  # type: ignore[arg-type]
    assert said == "masked[0, 1] is −5, and should be −inf."
