"""The verdicts on softmax: right variants, each known bug, two at once, and the first number that is wrong."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from tests.unit.practice.conftest import needs_sandbox
from tutor.practice.checking import Checker
from tutor.practice.exercise import Bug, Exercise
from tutor.practice.loading import read_exercise
from tutor.practice.proof import faults_of
from tutor.practice.report import input_lines, verdict_lines, verdict_values
from tutor.practice.verdict import Verdict
from tutor.resources import exercises_folder

pytestmark = needs_sandbox
SOFTMAX = read_exercise(exercises_folder() / "06_softmax")


def judged(checker: Checker, old: str = "", new: str = "") -> Verdict:
    assert old in SOFTMAX.solution
    return checker.check(SOFTMAX, SOFTMAX.solution.replace(old, new) if old else SOFTMAX.solution, seed=3)


@pytest.mark.parametrize(
    "source",
    [
        SOFTMAX.solution,
        SOFTMAX.another,
        "import numpy as np\nsoftmax = lambda z: np.exp(z - np.logaddexp.reduce(z, axis=-1)[:, None])\n",
        "from numpy import *\ndef softmax(z):\n    e = exp((z.T - z.max(1)).astype('float32'))\n"
        "    return (e / e.sum(0)).T\n",
    ],
)
def test_right_however_it_is_written(checker: Checker, source: str) -> None:
    assert checker.check(SOFTMAX, source).word == "right"


def test_every_bug_is_named_alone_and_beside_another(checker: Checker) -> None:
    for bug in SOFTMAX.bugs:
        assert checker.check(SOFTMAX, bug.applied(SOFTMAX.solution) or "").bugs == (bug.id,)
    named = 0
    for one, two in combinations(SOFTMAX.bugs, 2):
        both = two.applied(one.applied(SOFTMAX.solution) or "")
        if both is not None:
            found = checker.check(SOFTMAX, both)
            assert set(found.bugs) <= {one.id, two.id}
            assert found.bugs, (one.id, two.id)
            named += len(found.bugs) == 2
    assert named >= 10


def test_the_first_wrong_number_and_its_arithmetic(checker: Checker) -> None:
    """Of a wrong sum, worked out by hand from the inputs that the verdict names."""
    verdict = judged(checker, "return e / total", "p = e / (total + 0.5)\n    return p")
    assert (verdict.word, verdict.bugs) == ("wrong", ())
    assert verdict.where is not None
    assert verdict.inputs is not None
    row = verdict.inputs["z"][verdict.where.index[0]]
    powers = [math.exp(each - max(row)) for each in row]
    at = verdict.where.index[1]
    assert verdict.where.name == "p"
    assert verdict.where.expected == pytest.approx(powers[at] / sum(powers))
    assert verdict.where.got == pytest.approx(powers[at] / (sum(powers) + 0.5))
    assert "e^(" in verdict.where.arithmetic


def test_an_intermediate_by_the_name_of_the_start_file(checker: Checker) -> None:
    verdict = judged(checker, "total = ", "e = e + 0.25\n    total = ")
    assert verdict.where is not None
    assert verdict.where.name == "e"
    assert verdict.where.got == pytest.approx(verdict.where.expected + 0.25)
    assert "off by the same 0.25" in verdict.say


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("return e / total", "return 2 * e / total", "twice as large"),
        ("return e / total", "return e[0] / total[0]", "has the shape"),
        ("return e / total", "return (e / total).tolist()", "p is a list; expected an array"),
        ("return e / total", "pass", "returns nothing. Does it end with return p?"),
        (
            "return e / total",
            "if len(z) > 1:\n        return e / total",
            "Does every way through it end with return p?",
        ),
        ("return e / total", "return 1.0", "p is one number; expected an array of the shape"),
        ("return e / total", "z -= z.max()\n    return e / total", "z was changed in place"),
        ("def softmax(z)", "def softmax()", "It is called as softmax(z)"),
        ("def softmax(z)", "def soft_max(z)", "There is no function softmax"),
        ("np.exp(", "np.expp(", "Line 5: AttributeError"),
        ("import numpy as np", "import numpy as np, torch", "NumPy and Python's own library are there"),
        ("return e / total", "return e / total)", "Line 7: this is not Python"),
    ],
)
def test_what_is_said_of_other_faults(checker: Checker, old: str, new: str, said: str) -> None:
    verdict = judged(checker, old, new)
    assert verdict.word in ("wrong", "error")
    assert said in verdict.say


def test_what_fails_on_every_input_has_no_known_bug(checker: Checker) -> None:
    """Two bugs together that always fail do the same as any other program that always fails."""
    exercise = read_exercise(exercises_folder() / "03b_dense_sigmoid")
    down, after = (exercise.bug(name) for name in ("bias-down-the-rows", "bias-after"))
    source = after.applied(down.applied(exercise.solution) or "") or exercise.solution
    always = replace(
        exercise, id="always", bugs=(replace(down, id="both", replacements=((exercise.solution, source),)),)
    )
    assert all(call.failure for call in checker.bank(always).behaviours[1].calls)
    verdict = checker.check(always, "def dense_sigmoid(X, W, b):\n    raise ValueError('I give up')\n")
    assert (verdict.word, verdict.bugs) == ("error", ())


def test_single_precision_is_enough_also_where_float64_comes_back(checker: Checker) -> None:
    """NumPy makes float64 of float32 and float64; the digits are those of float32."""
    exercise = read_exercise(exercises_folder() / "14a_batch_norm")
    source = exercise.solution.replace("    mean =", "    x = x.astype(np.float32)\n    mean =")
    assert all(checker.check(exercise, source, seed=seed).word == "right" for seed in range(20))
    assert checker.check(exercise, source.replace("variance + epsilon", "variance")).bugs == ("no-epsilon",)


def test_single_precision_is_enough_in_a_function_that_is_called(checker: Checker) -> None:
    """The float32 is in no variable of the function itself."""
    exercise = read_exercise(exercises_folder() / "15d_convolution_by_matrix")
    source = exercise.solution.replace("    places =", "    x = x.astype(np.float32)\n    places =")
    assert source != exercise.solution
    assert all(checker.check(exercise, source, seed=seed).word == "right" for seed in range(20))


def test_another_shape_is_said_before_a_number(checker: Checker) -> None:
    """With some inputs the wrong axes have the right size by chance."""
    exercise = read_exercise(exercises_folder() / "15d_convolution_by_matrix")
    old, new = "product.reshape(rows, columns, filters)", "product.T.reshape(filters, rows, columns)"
    verdict = checker.check(exercise, exercise.solution.replace(old, new), seed=7)
    assert "y has the shape (" in verdict.say


def test_a_change_in_place_is_said_last_and_of_lists_too(checker: Checker) -> None:
    exercise = read_exercise(exercises_folder() / "20a_dense_parameters")
    body = "\n    units.insert(0, inputs)\n    return sum((m + 1) * n for m, n in zip(units, units[1:]))"
    right = "def dense_parameters(inputs, units):" + body
    assert "is right, but units was changed in place" in checker.check(exercise, right).say
    wrong = checker.check(exercise, right.replace("return sum", "return len(units) + sum"))
    assert "is right" not in wrong.say
    assert wrong.where is not None


def test_a_line_is_never_that_of_a_function_that_is_given(checker: Checker) -> None:
    exercise = read_exercise(exercises_folder() / "21a_numerical_gradient")
    source = "def numerical_gradient(f, x, h):\n    one = x[:1]\n    g = x * 0\n\n    g[0] = f(one)\n    return g\n"
    verdict = checker.check(exercise, source)
    assert verdict.word == "error"
    assert verdict.line == 5


def test_a_bug_is_named_beside_a_change_in_place(checker: Checker) -> None:
    old = "e = np.exp(z - z.max(axis=1, keepdims=True))\n    total = e.sum(axis=1, keepdims=True)"
    verdict = judged(checker, old, "z -= z.max(axis=1, keepdims=True)\n    e = np.exp(z)\n    total = e.sum()")
    assert verdict.bugs == ("over-everything",)


def test_many_bugs_with_all_their_pairs_are_all_run(checker: Checker) -> None:
    bank = checker.bank(read_exercise(exercises_folder() / "10b_two_layer_backward"))
    assert len(bank.behaviours) > 500
    assert all(len(each.calls) == len(bank.inputs) for each in bank.behaviours)


def test_of_what_was_printed_the_last_lines_are_told_short() -> None:
    printed = "\n".join(f"{n} " + "x" * 5000 for n in range(40))
    lines = verdict_lines(SOFTMAX, Verdict("right", "Right.", printed=printed))
    assert lines[-31] == "It printed: (the last 30 lines)"
    assert [line.split()[0] for line in lines[-30:]] == [str(n) for n in range(10, 40)]
    assert max(map(len, lines)) < 250
    assert verdict_lines(SOFTMAX, Verdict("right", "Right.", printed="a\nb\n"))[-3:] == ["It printed:", "a", "b"]


def test_the_start_is_unwritten(checker: Checker) -> None:
    assert "a ... still stands" in checker.check(SOFTMAX, SOFTMAX.start).say


def test_answers_known_by_heart_are_not_right(checker: Checker) -> None:
    """A function that returns the right numbers for the inputs that are always asked, and no others."""
    bank = checker.bank(SOFTMAX)
    known = {each["z"].tobytes(): call.value for each, call in zip(bank.inputs, bank.solution.calls, strict=True)}
    table = {key: (value.shape, value.ravel().tolist()) for key, value in known.items()}
    source = (
        f"import numpy as np\nT = {table!r}\ndef softmax(z):\n    s, v = T[z.tobytes()]\n    return np.reshape(v, s)\n"
    )
    assert checker.check(SOFTMAX, source).word != "right"


@pytest.mark.parametrize(
    "source",
    [
        "print('right')\ndef softmax(z):\n    return z\n",
        "import sys\nfor m in list(sys.modules.values()):\n"
        "    for n in ('unlike', 'judge', 'close', 'allclose', 'isclose'):\n"
        "        if hasattr(m, n): setattr(m, n, lambda *a, **k: True)\ndef softmax(z):\n    return z\n",
        "import os\ndef softmax(z):\n    os._exit(0)\n",
        "class Any(float):\n    __eq__ = lambda *a: True\ndef softmax(z):\n    return Any()\n",
        "import sys\ndef softmax(z):\n    return sys._getframe(1).f_locals.get('expected', z)\n",
        "import numpy as np\ndef softmax(z):\n    return np.full(z.shape, np.nan)\n",
    ],
)
def test_a_verdict_cannot_be_forged(checker: Checker, source: str) -> None:
    assert checker.check(SOFTMAX, source).word != "right"


def test_the_proof_finds_a_bug_that_no_input_shows_and_two_that_are_one(checker: Checker) -> None:
    def with_bugs(*bugs: Bug) -> Exercise:
        return replace(SOFTMAX, id=f"softmax-{len(bugs)}-{bugs[0].id}", bugs=bugs)

    sound = Bug("over", "…", (("axis=1, keepdims=True)\n    return", "axis=0, keepdims=True)\n    return"),))
    none = Bug("none", "…", (("return e / total", "return 1.0 * e / total"),))
    twin = Bug("twin", "…", (("total = e.sum(axis=1, keepdims=True)", "total = e.sum(axis=0)"),))
    assert list(faults_of(with_bugs(sound), checker)) == []
    assert any("'none'" in fault for fault in faults_of(with_bugs(none, sound), checker))
    assert any("'twin'" in fault for fault in faults_of(with_bugs(sound, twin, none), checker))
    unknown = Bug("unknown", "…", (("return e / total", "return pn.log(e / total)"),))
    found = list(faults_of(with_bugs(unknown, sound), checker))
    assert any("'unknown' does not run: name 'pn' is not defined" in fault for fault in found)


def test_the_proof_finds_a_bug_that_only_some_fresh_inputs_show(checker: Checker) -> None:
    """A table of 4 by 4 is not among the inputs of every check; some seeds draw one."""
    rare = Bug("rare", "…", (("return e / total", "return e / total if z.shape != (4, 4) else e"),))
    one = replace(SOFTMAX, id="softmax-rare", bugs=(rare,))
    verdicts = {checker.check(one, rare.applied(one.solution) or "", seed, 2).word for seed in range(12)}
    assert verdicts == {"right", "bug"}
    assert any("'rare' is called right: no input" in fault for fault in faults_of(one, checker))


def test_the_proof_finds_a_step_that_the_lesson_does_not_have(checker: Checker) -> None:
    elsewhere = replace(SOFTMAX, id="softmax-elsewhere", bugs=(), step="temperatures")
    (fault,) = faults_of(elsewhere, checker)
    assert "'softmax' has no step 'temperatures'" in fault
    assert "temperature," in fault


def test_a_verdict_for_programs_and_for_people(checker: Checker) -> None:
    verdict = judged(checker, "total = e.sum(axis=1, keepdims=True)", "total = e.sum()")
    values = verdict_values(SOFTMAX, verdict, 0.1234)
    assert list(values) == ["exercise", "verdict", "bug", "bugs", "say", "where", "line", "seconds"]
    assert (values["verdict"], values["bug"], values["seconds"]) == ("bug", "over-everything", 0.123)
    text = "\n".join(verdict_lines(SOFTMAX, verdict))
    assert "A known bug" in text
    assert "With these inputs:" in text


def test_inputs_are_shown_as_python_writes_them() -> None:
    shown = input_lines({"text": "1 0\n", "X": np.array([[1.0, 2.0]]), "units": [3, 2], "rate": 0.5})
    assert shown == ["  text = '1 0\\n'", "  X = [[1.0, 2.0]]", "  units = [3, 2]", "  rate = 0.5"]


@pytest.mark.parametrize(
    ("wrong", "like"), [("right if padding == 'same' else n // stride", False), ("2 * right", True)]
)
def test_one_number_is_like_another_only_if_it_is_each_time(checker: Checker, wrong: str, like: bool) -> None:
    """The first of them is sometimes twice as large, by chance."""
    exercise = read_exercise(exercises_folder() / "15a_conv_side")
    source = (
        "def side(n, k, stride, padding):\n"
        "    right = -(-n // stride) if padding == 'same' else (n - k) // stride + 1\n"
        f"    return {wrong}\n"
    )
    found = checker.check(exercise, source, seed=7).where
    assert found is not None
    assert found.got == 2 * found.expected
    assert ("twice as large" in found.like) == like


@pytest.mark.parametrize("folder", ["03b_dense_sigmoid", "16b_max_pooling_backward", "19a_confusion"])
@pytest.mark.parametrize("error", ["ValueError", "IndexError", "TypeError"])
def test_what_always_fails_is_no_known_bug(checker: Checker, folder: str, error: str) -> None:
    exercise = read_exercise(exercises_folder() / folder)
    verdict = checker.check(exercise, f"def {exercise.function}(*given):\n    raise {error}('so')\n")
    assert (verdict.word, verdict.bugs) == ("error", ())


def test_a_bug_is_named_where_a_division_by_0_is_guarded(checker: Checker) -> None:
    """With one row N − 1 is 0: this one takes 1 there, and is right."""
    exercise = read_exercise(exercises_folder() / "14a_batch_norm")
    guarded = exercise.solution.replace("x.var(axis=0)", "x.var(axis=0, ddof=int(len(x) > 1))")
    assert checker.check(exercise, guarded).bugs == ("unbiased",)
    other = exercise.solution.replace("x.var(axis=0)", "x.var(axis=0, ddof=2 * int(len(x) > 2))")
    assert checker.check(exercise, other).bugs == ()


def test_a_bug_is_not_named_by_what_is_right_in_it(checker: Checker) -> None:
    """Empty classes get −1: where they are not empty, this is what the bug empty-is-nan does, and right."""
    exercise = read_exercise(exercises_folder() / "19b_recall_precision")
    source = exercise.solution.replace("recall = right", "recall = np.where(members == 0, -1, right)")
    assert checker.check(exercise, source).bugs == ()


def test_a_mask_of_truth_values_is_no_wrong_step(checker: Checker) -> None:
    exercise = read_exercise(exercises_folder() / "13_dropout")
    returned = "h * ~mask / (1 - rate) if training else h"
    source = f"def dropout(h, u, rate, training):\n    mask = u < rate / 2\n    return {returned}\n"
    verdict = checker.check(exercise, source)
    assert verdict.where is not None
    assert verdict.where.name == "out"


def test_a_function_among_the_inputs_is_shown_as_its_text(checker: Checker) -> None:
    exercise = read_exercise(exercises_folder() / "21a_numerical_gradient")
    verdict = checker.check(exercise, exercise.solution.replace("(2 * h)", "(3 * h)"), seed=1)
    assert verdict.inputs is not None
    lines = verdict_lines(exercise, verdict)
    assert f"  {verdict.inputs['f'].source.splitlines()[0]}" in lines
    assert not any("Code(" in line for line in lines)


def test_an_exercise_without_a_reference_is_held_to_its_solution(checker: Checker) -> None:
    alone = replace(SOFTMAX, id="softmax-alone", right="")
    assert checker.check(alone, SOFTMAX.another).word == "right"
    wrong = checker.check(alone, SOFTMAX.solution.replace("return e", "return 2 * e"))
    assert (wrong.word, "twice as large" in wrong.say) == ("wrong", True)


@pytest.mark.parametrize(
    "body", ["return z[..., 0] @ ...", "p = z\n    p[...] = ...\n    return p", "return np.add(z, ...)"]
)
def test_what_is_left_open_is_said_wherever_it_stands(checker: Checker, body: str) -> None:
    verdict = checker.check(SOFTMAX, f"import numpy as np\ndef softmax(z):\n    {body}\n")
    assert "a ... still stands" in verdict.say
