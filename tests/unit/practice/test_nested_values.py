"""Values that are no arrays: the first difference, where it is, and what is said of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.unit.practice.conftest import needs_sandbox
from tutor.practice.bank import same_behaviour
from tutor.practice.checking import Checker
from tutor.practice.comparing import Absent, unlike
from tutor.practice.exercise import Exercise
from tutor.practice.loading import read_exercise
from tutor.practice.report import verdict_values
from tutor.practice.runner.client import Call
from tutor.practice.runner.values import Other
from tutor.practice.verdict import Where
from tutor.practice.where_text import where_text
from tutor.resources import exercises_folder

RIGHT: dict[str, Any] = {"name": "net", "rate": 0.5, "layers": [{"kind": "Dense", "units": 5}, {"kind": "Flatten"}]}

LAYERS = "[{kind: Dense, units: 5}, {kind: Flatten}]"


def changed(*path: int | str, to: Any) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(RIGHT))
    at: Any = copy
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    return copy


def said(got: Any, right: Any = RIGHT) -> str:
    found = unlike(got, (right,), 1e-6)
    assert found is not None
    assert found.difference == "entry"
    return where_text(Where("model", found.index, found.got, found.expected))


@pytest.mark.parametrize(
    "got",
    [
        RIGHT,
        changed("rate", to=0.5 + 1e-9),
        changed("rate", to=np.float32(0.5)),
        changed("layers", to=tuple(RIGHT["layers"])),
        dict(reversed(RIGHT.items())),
    ],
)
def test_what_is_alike(got: Any) -> None:
    assert unlike(got, (RIGHT,), 1e-6) is None


@pytest.mark.parametrize(
    ("got", "sentence"),
    [
        (changed("layers", 0, "units", to=7), "model.layers[0].units is 7, and should be 5."),
        (changed("rate", to=-0.25), "model.rate is −0.25, and should be 0.5."),
        (changed("name", to="other"), "model.name is other, and should be net."),
        (changed("name", to=None), "model.name is None, and should be net."),
        (changed("name", to="\x1b[2J"), "model.name is '\\x1b[2J', and should be net."),
        (changed("rate", to="0.5"), "model.rate is 0.5, and should be 0.5."),
        (changed("layers", to=[]), "model.layers[0] is missing, and should be {kind: Dense, units: 5}."),
        (
            changed("layers", to=[*RIGHT["layers"], {"kind": "Dropout"}]),
            "model.layers[2] is {kind: Dropout}, and should not be there.",
        ),
        # What stands at the same place is compared before what is missing at the end.
        (changed("layers", to=[{"kind": "Flatten"}]), "model.layers[0].kind is Flatten, and should be Dense."),
        ({**RIGHT, "odd key": 1}, "model['odd key'] is 1, and should not be there."),
        ({k: v for k, v in RIGHT.items() if k != "rate"}, "model.rate is missing, and should be 0.5."),
        (changed("layers", to={"0": 1}), f"model.layers is {{0: 1}}, and should be {LAYERS}."),
        (changed("layers", to=Other("set")), f"model.layers is a set, and should be {LAYERS}."),
        (changed("layers", 0, "units", to=10**30), f"model.layers[0].units is {10**30}, and should be 5."),
    ],
)  # fmt: skip
def test_the_first_difference_and_its_sentence(got: Any, sentence: str) -> None:
    assert said(got) == sentence


def test_a_long_value_is_cut() -> None:
    assert len(said(changed("name", to="x" * 10_000))) < 150
    assert len(said(changed("layers", to=[["x"] * 10_000] * 100))) < 250


@pytest.mark.parametrize(
    ("got", "right", "difference"),
    [
        (None, RIGHT, "nothing"),
        ([1], RIGHT, "type"),
        (np.zeros(3), RIGHT, "type"),
        (Other("History"), RIGHT, "type"),
        ([1], np.zeros(1), "type"),
        ({"a": 1}, np.zeros(1), "type"),
        (10**400, np.array(1.0), "type"),
    ],
)
def test_another_kind_of_value(got: Any, right: Any, difference: str) -> None:
    found = unlike(got, (right,), 1e-6)
    assert found is not None
    assert found.difference == difference


def test_behaviours_are_told_apart_by_what_is_nested() -> None:
    def same(a: Any, b: Any) -> bool:
        return same_behaviour([Call(a)], [Call(b)], 1e-6)

    assert same(RIGHT, changed("rate", to=0.5 + 1e-9))
    assert not same(RIGHT, changed("layers", 0, "units", to=6))
    assert not same(RIGHT, changed("name", to="other"))
    assert not same(RIGHT, {**RIGHT, "more": 1})
    assert not same("relu", "tanh")


def test_where_it_is_for_programs() -> None:
    softmax = read_exercise(exercises_folder() / "06_softmax")
    from tutor.practice.verdict import Verdict

    for got, expected, plain in (
        ("relu", "softmax", ["relu", "softmax"]),
        (Absent(), {"kind": "Flatten"}, [None, "{kind: Flatten}"]),
        (True, 5, [True, 5.0]),
    ):
        verdict = Verdict("wrong", "", where=Where("model", ("layers", 1, "units"), got, expected))
        where = json.loads(json.dumps(verdict_values(softmax, verdict, 0.0)))["where"]
        assert where["index"] == ["layers", 1, "units"]
        assert [where["got"], where["expected"]] == plain


def nested_exercise() -> Exercise:
    """An exercise without a reference, whose function returns a dict of texts and numbers."""
    softmax = read_exercise(exercises_folder() / "06_softmax")
    solution = "def counts(words):\n    return {word: words.count(word) for word in words}\n"
    return replace(
        softmax, id="counts", function="counts", returns=("counts",), right="", solution=solution, bugs=(), cases=(),
        inputs=(replace(softmax.inputs[0], name="words", kind="choice", shape=(), values=(["a", "b", "a"],)),),
    )  # fmt: skip


@needs_sandbox
def test_an_exercise_can_return_a_dict(checker: Checker) -> None:
    exercise = nested_exercise()
    assert checker.check(exercise, exercise.solution).word == "right"
    wrong = checker.check(exercise, "def counts(words):\n    return dict.fromkeys(words, 1)\n")
    assert (wrong.word, wrong.say) == ("wrong", "counts.a is 1, and should be 2.")
    assert "expected a dict" in checker.check(exercise, "def counts(words):\n    return list(words)\n").say
