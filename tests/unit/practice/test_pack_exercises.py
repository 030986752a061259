"""The exercises of packs: what a stranger may not bring, and that their code never runs unprotected."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from tests.unit.course.packs.made_packs import EXERCISE, pack_texts, write_pack
from tutor.course.lessons.lesson import LessonError
from tutor.course.packs.manifest import read_pack
from tutor.practice import checking
from tutor.practice.catalog import find_exercise, read_exercises
from tutor.practice.checking import OF_STRANGERS, Checker
from tutor.practice.extents import extent, extents
from tutor.practice.packs import check
from tutor.practice.packs.check import check_pack
from tutor.practice.packs.exercises import pack_exercises
from tutor.practice.runner import client
from tutor.practice.runner.client import Outcome
from tutor.practice.runner.values import from_bytes
from tutor.sandbox.restriction import Level


def pack_with(folder: Path, *changes: tuple[str, str]) -> Path:
    texts, toml = pack_texts(exercises=True), EXERCISE
    for old, new in changes:
        assert old in toml
        toml = toml.replace(old, new, 1)
    return write_pack(folder, texts | {"exercises/01_double/exercise.toml": toml})


def faults_in(folder: Path) -> list[LessonError]:
    faults: list[LessonError] = []
    list(pack_exercises(read_pack(folder), faults))
    return faults


def test_they_stand_below_the_shipped_ones_under_the_id_of_the_pack(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, pack_texts(exercises=True))
    exercises = read_exercises(packs=(folder,))
    assert exercises[:-1] == read_exercises()
    mine = exercises[-1]
    assert (mine.id, mine.name, mine.lesson, mine.pack) == ("of-use/double", "double", "of-use/sums", "of-use")
    assert find_exercise("of-use/double", exercises) is mine


FUNCTION = ("low = 1", 'kind = "function"\nvalues = ["def x(a):\\n    return a"]')

RIGHT = ("hints =", 'right = "softmax"\nhints =')


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([("n = [1, 4]", "n = [1, 1000000000]")], "can have 1,000,000,000 numbers"),
        ([('["n"]', '["n", "n*n*n*n*n*n*n*n"]')], "numbers; at most"),
        # In the middle of its sizes it is far longer than at their ends.
        ([("[1, 4]", "[1, 1000000]"), ('["n"]', '["(n-1)*(1000000-n)"]')], "numbers; at most"),
        ([('["n"]', '["n-5"]')], "a side below 0"),
        ([('["n"]', '["8//(n-2)"]')], "may divide by 0"),
        ([('["n"]', "[1000]"), ("low = 1", 'kind = "one-hot"')], "can have 1,000,000 numbers"),
        ([('id = "double"', 'id = "../double"')], "small letters, digits and hyphens"),
        ([("hints =", "drawn = 31\nhints =")], "there are 31 drawn inputs"),
        ([("n = [1, 4]", "n = [1, 1001]"), RIGHT], "a side or a size is at most 1,000"),
        ([("low = 1", "low = -1e6"), RIGHT], "a value is at most 100,000"),
        ([("low = 1", "low = 1\n\n[[case]]\nx = [1, [3, 100001]]"), RIGHT], "a value is at most 100,000"),
        ([("low = 1", 'kind = "choice"\nvalues = [1, inf]'), RIGHT], "a value is at most 100,000"),
        ([FUNCTION, RIGHT], "has no 'right'"),
    ],
)
def test_what_would_take_too_much_is_refused(changes: list[tuple[str, str]], said: str, tmp_path: Path) -> None:
    (fault,) = faults_in(pack_with(tmp_path, *changes))
    assert said in fault.reason


@pytest.mark.parametrize("text", ["n", "n*k", "n-k", "(n-k)//2+1", "k-n*n", "(n+3)//k", "n*(5-k)", 3])
def test_bounds_of_a_length_hold_for_every_size(text: str | int) -> None:
    sizes = {"n": (1, 6), "k": (2, 4)}
    least, most = extents(text, sizes)
    lengths = [extent(text, {"n": n, "k": k}) for n, k in product(range(1, 7), range(2, 5))]
    assert least <= min(lengths)
    assert max(lengths) <= most


def test_an_exercise_that_fails_as_it_is_drawn_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    folder = pack_with(tmp_path, ("low = 1", 'kind = "choice"\nvalues = []'))
    (fault,) = check_pack(read_pack(folder)).faults
    assert "it cannot be checked" in fault


@pytest.mark.parametrize(("old", "new"), [('lesson = "sums"', 'lesson = "nowhere"'), ('"the-output"', '"nowhere"')])
def test_its_lesson_and_step_have_to_be_there(old: str, new: str, tmp_path: Path) -> None:
    (fault,) = check_pack(read_pack(pack_with(tmp_path, (old, new)))).faults
    assert "'nowhere'" in fault


def test_a_machine_that_restricts_nothing_takes_no_pack_with_exercises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "reachable_level", lambda: Level(0, False))
    monkeypatch.setattr(check, "Checker", lambda: pytest.fail("no code is run"))
    (fault,) = check_pack(read_pack(write_pack(tmp_path, pack_texts(exercises=True)))).faults
    assert OF_STRANGERS in fault


def test_code_of_a_pack_never_runs_unprotected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was allowed: the request says so, and without protection there is a sentence in place of a run."""
    asked: list[bool] = []

    def run_all(
        _: object, sources: list[str], *rest: object, of_strangers: bool = False, **more: object
    ) -> list[Outcome]:
        asked.append(of_strangers)
        return [Outcome("unprotected")] * len(sources)

    monkeypatch.setattr(checking.Runner, "run_all", run_all)
    exercise = read_exercises(packs=(write_pack(tmp_path, pack_texts(exercises=True)),))[-1]
    with Checker(unprotected=True) as checker:
        assert checker.check(exercise, exercise.solution).say == OF_STRANGERS
        assert asked == [True]
        checker.check(replace(exercise, id="other", pack=""), exercise.solution)
        assert asked == [True, False]


def test_the_request_for_code_of_strangers_asks_for_no_run_without_protection(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def answer(_: object, data: bytes) -> None:
        asked.append(from_bytes(data)["unprotected"])

    monkeypatch.setattr(client, "_answer", answer)
    monkeypatch.setattr(client, "_ended_idle", lambda _: False)
    with client.Runner(unprotected=True) as runner:
        for of_strangers in (False, True):
            with pytest.raises(client.RunnerGone):
                runner.run("def f():\n    pass\n", "f", [[]], of_strangers=of_strangers)
    assert asked == [True, False]
