"""The engine's own version, which each exercise names: it is there, is read as text, and is shown once it is right."""

from __future__ import annotations

import importlib
import inspect
import shutil
import sys
import textwrap
from operator import attrgetter
from pathlib import Path

import pytest

from tests.unit.practice.conftest import needs_sandbox
from tutor.cli import main
from tutor.course.lessons.lesson import LessonError
from tutor.course.words.source_text import NoSource, named_source
from tutor.practice.catalog import find_exercise, read_exercises
from tutor.practice.exercise import Exercise
from tutor.practice.loading import read_exercise
from tutor.practice.report import own_version, own_version_headings
from tutor.resources import exercises_folder

EXERCISES = read_exercises()
EACH = pytest.mark.parametrize("exercise", EXERCISES, ids=[exercise.id for exercise in EXERCISES])
NAMES = sorted({name for exercise in EXERCISES for name in exercise.engine})
LONGEST = 40


@EACH
def test_each_exercise_names_its_counterpart_and_no_long_one(exercise: Exercise) -> None:
    pieces = own_version(exercise)
    assert len(pieces) == len(exercise.engine) == len(set(exercise.engine)) > 0
    assert max(len(piece.source.splitlines()) for piece in pieces) <= LONGEST
    first, *others = own_version_headings(pieces)
    assert first.endswith(f" own version ({exercise.engine[0].replace(':', ': ')}):")
    assert all(heading.startswith("Another part of it (tutor.") for heading in others)


@pytest.mark.parametrize("name", NAMES)
def test_the_lines_are_those_that_python_itself_finds(name: str) -> None:
    module, definition = name.split(":")
    what = attrgetter(definition)(importlib.import_module(module))
    what = what.fget if isinstance(what, property) else what
    if not callable(what):
        assert named_source(name).source.startswith(definition)
        return
    # A decorator that keeps results is around the function.
    assert named_source(name).source == textwrap.dedent(inspect.getsource(inspect.unwrap(what)))


def test_it_is_said_whose_it_is() -> None:
    for exercise, owner in (("relu", "The engine's"), ("early-stopping", "The lab's"), ("keras-cnn", "dl-tutor's")):
        (first, *_) = own_version_headings(own_version(find_exercise(exercise, EXERCISES)))
        assert first.startswith(f"{owner} own version (tutor."), exercise


def test_the_counterparts_are_the_right_ones() -> None:
    """Pieces of which the line is known that does what the learner writes."""
    for exercise, line in (
        ("softmax", "return e / e.sum(axis=-1, keepdims=True)"),
        ("tanh-backward", "return dy * ELEMENTWISE[name].slope(z, out)"),
        ("conv-side", "return (size - kernel) // stride + 1"),
        ("confusion", "np.add.at(counts, (self.classes, self.said), 1)"),
        ("keras-cnn", 'Conv2D(filters, (5, 5), activation="relu")'),
        ("cosines", "return scores / (_lengths(query) * _lengths(keys))"),
    ):
        assert line in own_version(find_exercise(exercise, EXERCISES))[0].source, exercise


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("os:system", "'os:system' is no name such as tutor.engine.activations:softmax"),
        ("tutor:__doc__", "is no name such as"),
        ("tutor.engine.activations", "is no name such as"),
        ("tutor.engine.activations:softmax()", "is no name such as"),
        ("tutor..engine.activations:softmax", "is no name such as"),
        ("tutor.engine/../engine.activations:softmax", "is no name such as"),
        ("tutor.engine.nothing:softmax", "there is no source of a module tutor.engine.nothing"),
        ("tutor.engine.activations:np", "tutor.engine.activations defines no np"),
        ("tutor.engine.activations:np.load", "tutor.engine.activations defines no np.load"),
        ("tutor.engine.activations:softmax.__globals__", "defines no softmax.__globals__"),
    ],
)
def test_what_is_no_piece_of_this_program_has_no_source(name: str, reason: str) -> None:
    with pytest.raises(NoSource) as raised:
        named_source(name)
    assert reason in str(raised.value)


def test_nothing_is_imported_to_read_it() -> None:
    name = "tutor.backends.keras_backend"
    before = set(sys.modules)
    assert "class KerasBackend" in named_source(f"{name}:KerasBackend").source
    assert set(sys.modules) - before <= {"ast"}


def _with(folder: Path, engine: str) -> Path:
    copy = folder / "06_softmax"
    shutil.copytree(exercises_folder() / "06_softmax", copy)
    toml = copy / "exercise.toml"
    lines = toml.read_text(encoding="utf-8").splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.startswith("engine = ")]
    lines[at] = engine
    toml.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("engine", "reason"),
    [
        ('engine = ["numpy:load"]', "'numpy:load' is no name of a piece of this program; expected names within tutor"),
        ('engine = "tutor.engine.activations:softmax"', "'engine' is a list of texts"),
    ],
)
def test_a_name_elsewhere_is_refused_with_its_line(tmp_path: Path, engine: str, reason: str) -> None:
    folder = _with(tmp_path, engine)
    line = (folder / "exercise.toml").read_text(encoding="utf-8").splitlines().index(engine) + 1
    with pytest.raises(LessonError) as raised:
        read_exercise(folder)
    assert f"exercise.toml:{line}:" in str(raised.value)
    assert reason in str(raised.value)


@needs_sandbox
def test_a_name_that_is_not_there_is_told_by_check_exercises(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _with(tmp_path, 'engine = ["tutor.engine.activations:softmax", "tutor.engine.activations:softmex"]')
    # It is not looked for before: an exercise opens and is checked without it.
    exercise = read_exercise(folder)
    assert [piece.heading for piece in own_version(exercise)] == ["tutor.engine.activations: softmax"]
    assert main(["check-exercises", str(folder)]) == 1
    assert capsys.readouterr().err == (
        "06_softmax: exercise.toml: 'engine' names 'tutor.engine.activations:softmex', but tutor.engine.activations "
        "defines no softmex\n"
    )


def test_an_exercise_needs_none(tmp_path: Path) -> None:
    assert own_version(read_exercise(_with(tmp_path, ""))) == ()
