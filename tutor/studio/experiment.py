"""What a run is: data, network, training, seed, and the edits on the way. Frozen values; equal ones give equal runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tutor.backends.interface import BackendName
from tutor.datasets.plane_sets import EDGE, FEATURES, NUMBERS, SETS
from tutor.engine.layers import Dense, LayerSpec
from tutor.engine.optimizer_specs import SGD, OptimizerSpec
from tutor.engine.schedules import Schedule
from tutor.engine.spec import LOSSES
from tutor.engine.validation import LARGEST_NUMBER, SpecError, is_number, is_whole, one_of, require, written
from tutor.studio.text_layers import require_layers_for

MOST_POINTS, LEAST_POINTS = 2000, 4
MOST_NOISE, MOST_TEST = 50, 90
MOST_STEPS = 10_000_000
MOST_SEED, MOST_BATCH, MOST_RATE = 9999, 1000, 100
MOST_EDITS, MOST_BY_HAND = 1000, 500
"""Edits of a run, and points set by hand: a token says all of them."""
PICTURES = ("shapes", "digits", "letters")
"""The data sets of pictures."""
OWN_PICTURES = "pictures"
"""The data of pictures of one's own, which come from the shell."""
SHIPPED_TABLES = ("iris",)
NAMES, OWN_TEXT = "names", "text"
"""The data of the shipped names, and of a text of one's own, which comes from the shell."""
TEXTS = (NAMES, OWN_TEXT)
TEXT_LOSS = "sparse_categorical_crossentropy"
"""The one loss that takes an answer at each place."""
PLANE_FEATURES = ("x1", "x2")


class FileNeeded(SpecError):
    """A file that belongs to a run is not given, or is another one."""


@dataclass(frozen=True)
class TableChoice:
    """A table of one's own: its ``content`` as a hash, the ``target`` and the ``inputs`` by name.

    An empty target is the likely one, no inputs are all that are of use. Where the ``file`` lies is no part of what the
    run is.
    """

    content: str
    target: str = ""
    inputs: tuple[str, ...] = ()
    file: Path | None = field(default=None, compare=False)


@dataclass(frozen=True)
class PicturesChoice:
    """Pictures of one's own: their ``content`` as a hash; where the ``file`` or folder lies."""

    content: str
    file: Path | None = field(default=None, compare=False)


@dataclass(frozen=True)
class TextChoice:
    """A text of one's own, names or running text: its ``content`` as a hash; where the ``file`` lies."""

    content: str
    file: Path | None = field(default=None, compare=False)


@dataclass(frozen=True)
class WeightsChoice:
    """The weights that a run begins with, of a saved network: their ``content`` as a hash; where the ``file`` lies."""

    content: str
    file: Path | None = field(default=None, compare=False)


@dataclass(frozen=True)
class DataChoice:
    """The rows: a set by name and how it is drawn.

    ``count``, ``noise`` (percent), ``test`` (percent of the rows held out), ``draw`` (the seed of the points) and
    ``features`` are for sets on the plane; ``points`` (x1, x2, target) are set by hand and come after those drawn.
    For a table, a text, and pictures of one's own, ``test`` and ``draw`` split the rows; the shipped pictures have a
    split of their own. Raises ``SpecError``.
    """

    name: str = "circle"
    count: int = 200
    noise: int = 0
    test: int = 50
    draw: int = 0
    features: tuple[str, ...] = PLANE_FEATURES
    points: tuple[tuple[float, float, float], ...] = ()
    table: TableChoice | None = None
    pictures: PicturesChoice | None = None
    text: TextChoice | None = None

    def __post_init__(self) -> None:
        one_of("data set", self.name, (*SETS, *PICTURES, *SHIPPED_TABLES, "points", "table", OWN_PICTURES, *TEXTS))
        require((self.name == "table") <= (self.table is not None), "a table of one's own is named by its contents")
        named = (self.name == OWN_PICTURES) <= (self.pictures is not None)
        require(named, "pictures of one's own are named by their contents")
        require((self.name == OWN_TEXT) <= (self.text is not None), "a text of one's own is named by its contents")
        for what, value, low, high in (
            ("the number of points", self.count, 0 if self.name == "points" else LEAST_POINTS, MOST_POINTS),
            ("the noise in percent", self.noise, 0, MOST_NOISE),
            ("the test rows in percent", self.test, 0, MOST_TEST),
        ):
            require(is_whole(value, low, high), f"{what} is a whole number from {low} to {high}; got {written(value)}")
        require(
            is_whole(self.draw, 0, MOST_SEED),
            f"a draw is a whole number from 0 to {MOST_SEED}; got {written(self.draw)}",
        )
        require(bool(self.features), "a network needs at least one feature: switch one on")
        for name in self.features:
            one_of("feature", name, tuple(FEATURES))
        require(len(set(self.features)) == len(self.features), "each feature is given once")
        require(
            len(self.points) <= MOST_BY_HAND, f"up to {MOST_BY_HAND} points are set by hand; got {len(self.points):,}"
        )
        for x1, x2, target in self.points:
            require(max(abs(x1), abs(x2)) <= EDGE, f"a point lies from −{EDGE:g} to {EDGE:g}; got {x1:g}, {x2:g}")
            require(abs(target) <= 1, f"a point's target lies from −1 to 1; got {target:g}")

    @property
    def is_plane(self) -> bool:
        """Whether a row is a point on the plane."""
        return self.name in SETS or self.name == "points"

    @property
    def is_table(self) -> bool:
        """Whether the rows are those of a table."""
        return self.name == "table" or self.name in SHIPPED_TABLES

    @property
    def is_text(self) -> bool:
        """Whether a row is tokens of a text, and each place of it has a class of its own."""
        return self.name in TEXTS

    @property
    def file(self) -> Path | None:
        """Where the rows of one's own lie; None for other data, and if they are not here."""
        own = self.table or self.pictures or self.text
        return None if own is None else own.file

    @property
    def is_numbers(self) -> bool:
        """Whether the target is a number, not a class."""
        return self.name in NUMBERS


@dataclass(frozen=True)
class Edit:
    """A change while the run went on: after ``step`` steps, ``setting`` became ``value``.

    Settings are ``rate`` (a number) and ``batch`` (a whole number), and ``weight`` for one parameter, whose value is
    its place in the flat parameters and its new number.
    """

    step: int
    setting: str
    value: float | tuple[int, float]

    def __post_init__(self) -> None:
        one_of("edit", self.setting, EDITS)
        require(is_whole(self.step, 0, MOST_STEPS), f"an edit comes after a step; got {written(self.step)}")
        require((self.setting == "weight") == isinstance(self.value, tuple), "a weight has a place and a number")
        if self.setting == "batch":
            whole = not isinstance(self.value, tuple) and self.value == int(self.value) >= 1
            require(whole, f"a batch has at least 1 row; got {written(self.value)}")
            few = not isinstance(self.value, tuple) and self.value <= MOST_BATCH
            require(few, f"a batch has at most {MOST_BATCH} rows; got {written(self.value)}")
        if self.setting == "rate":
            _require_rate(self.value)
        if isinstance(self.value, tuple):
            require(
                is_number(self.value[1]) and abs(self.value[1]) <= LARGEST_NUMBER, "a weight is a number of float32"
            )


EDITS = ("rate", "batch", "weight")


def _require_rate(rate: object) -> None:
    require(
        is_number(rate) and 0 <= rate <= MOST_RATE,
        f"a learning rate lies from 0 to {MOST_RATE}; got {written(rate)}",
    )


@dataclass(frozen=True)
class Experiment:
    """A run and a moment in it, ``step`` steps after its beginning.

    ``layers`` are the hidden ones; the output layer follows from data and loss. ``start`` says which weights it begins
    with, if not those of the seed. Raises ``SpecError`` and ``ShapeError``.
    """

    data: DataChoice = field(default_factory=DataChoice)
    layers: tuple[LayerSpec, ...] = (Dense(4, "tanh"), Dense(2, "tanh"))
    loss: str = "mean_squared_error"
    optimizer: OptimizerSpec = field(default_factory=lambda: SGD(0.03))
    batch: int = 10
    seed: int = 0
    backend: BackendName = "numpy"
    edits: tuple[Edit, ...] = ()
    step: int = 0
    start: WeightsChoice | None = None

    def __post_init__(self) -> None:
        one_of("loss", self.loss, LOSSES)
        require_layers_for(self.layers, self.data.name, is_text=self.data.is_text)
        require(is_whole(self.batch, 1), f"a batch has at least 1 row; got {written(self.batch)}")
        require(self.batch <= MOST_BATCH, f"a batch has at most {MOST_BATCH} rows; got {self.batch:,}")
        require(
            is_whole(self.seed, 0, MOST_SEED),
            f"a seed is a whole number from 0 to {MOST_SEED}; got {written(self.seed)}",
        )
        if not isinstance(self.optimizer.learning_rate, Schedule):
            _require_rate(self.optimizer.learning_rate)
        require(len(self.edits) <= MOST_EDITS, f"a run takes up to {MOST_EDITS:,} edits: reset it, or begin another")
        require(is_whole(self.step, 0, MOST_STEPS), f"a moment is a number of steps; got {written(self.step)}")
        steps = [edit.step for edit in self.edits]
        require(steps == sorted(steps), "edits come in the order of their steps")
        if self.data.is_numbers and self.loss != "mean_squared_error":
            raise SpecError(f"the set {self.data.name} has numbers for targets: its loss is mean_squared_error")
        if self.data.is_text and self.loss != TEXT_LOSS:
            raise SpecError(f"the data {self.data.name} have a next token at each place: the loss is {TEXT_LOSS}")

    def at(self, step: int) -> Experiment:
        """The same run at another moment."""
        return replace(self, step=step)

    def edited(self, setting: str, value: float | tuple[int, float]) -> Experiment:
        """The run that is the same up to this moment and then goes on with another value: a fork.

        Later edits are left out; an edit of the same setting at this step is replaced.
        """
        place = value[0] if isinstance(value, tuple) else None

        def stays(edit: Edit) -> bool:
            same = edit.setting == setting and (edit.value[0] if isinstance(edit.value, tuple) else None) == place
            return edit.step < self.step or (edit.step == self.step and not same)

        return replace(self, edits=(*filter(stays, self.edits), Edit(self.step, setting, value)))

    def begun_anew(self) -> Experiment:
        """A run of its own with the rate and the batch size of this moment: what another setting is given to.

        Of the edits only weights stay that were set by hand before the first step.
        """
        weights = tuple(edit for edit in self.edits if edit.setting == "weight" and not edit.step)
        optimizer = self.optimizer if self.rate_now is None else replace(self.optimizer, learning_rate=self.rate_now)
        return replace(self, optimizer=optimizer, batch=self.batch_now, edits=weights, step=0)

    def until_now(self) -> Experiment:
        """The run without the edits after this moment."""
        return replace(self, edits=tuple(edit for edit in self.edits if edit.step <= self.step))

    def stretches(self) -> Iterator[tuple[int, tuple[Edit, ...]]]:
        """Each step at which something was edited, in order, and what."""
        for step in sorted({edit.step for edit in self.edits}):
            yield step, tuple(edit for edit in self.edits if edit.step == step)

    @property
    def rate_now(self) -> float | None:
        """The learning rate of the last edit until this moment; None if it was not edited."""
        rates = [edit.value for edit in self.edits if edit.setting == "rate" and edit.step <= self.step]
        return float(rates[-1]) if rates and not isinstance(rates[-1], tuple) else None

    @property
    def batch_now(self) -> int:
        """The batch size at this moment, edits included."""
        sizes = [edit.value for edit in self.edits if edit.setting == "batch" and edit.step <= self.step]
        return int(sizes[-1]) if sizes and not isinstance(sizes[-1], tuple) else self.batch
