"""A lab with every kind of control and readout, whose numbers change on each poll while it is busy."""

from __future__ import annotations

import itertools
import math

from tests.given_readouts import GivenReadouts
from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.labs.kit.contract import Group
from tutor.labs.kit.controls import (
    ActionControl,
    ChoiceControl,
    Control,
    ControlError,
    GridControl,
    MatrixControl,
    NumberControl,
    VectorControl,
)
from tutor.labs.kit.readouts import (
    Arithmetic,
    Curve,
    LayerView,
    Matrix,
    Network,
    Number,
    Readout,
    Series,
    Table,
    Text,
    Vector,
)

SHAPES = ("square", "rhombus", "plus", "cross", "bar")
WIDTHS = (25, 25, 20, 15, 10, 5)
NUMBERS = (
    "step", "loss", "status", "confidences", "products", "weights_table", "picture", "layers", "how", "curve",
    "network",
)  # fmt: skip


class FakeLab(GivenReadouts):
    """Nothing is computed that means anything; ``ticks`` counts polls while it plays."""

    id = "fake"
    title = "A fake lab"

    def __init__(self) -> None:
        super().__init__()
        self.ticks = 0
        self.playing = False
        self.reads: dict[str, int] = {}

    def controls(self) -> tuple[Control, ...]:
        blank = tuple((0.0,) * 5 for _ in range(5))
        return (
            GridControl("drawing", "drawing", 5, 5, blank, help="space turns a pixel over"),
            ChoiceControl("label", "label", SHAPES, "square"),
            ActionControl("clear", "clear", "c", "turn all pixels off"),
            ActionControl("invert", "invert", "i"),
            ActionControl("left", "left", "A"),
            NumberControl("rate", "learning rate", 0, 1, 0.01, 0.1, choices=(0.001, 0.01, 0.1, 1.0)),
            NumberControl("epochs", "epochs", 1, 1000, 10, 20, integer=True),
            VectorControl("x", "inputs x", ("1", "2", "3"), -10, 10, 0.5, (1.0, 2.0, 3.0)),
            MatrixControl("W", "weights W", ("1", "2"), ("A", "B"), -10, 10, 0.5, ((1.0, 2.0), (3.0, 4.0))),
            ActionControl("play", "play", "p", "train"),
            ActionControl("stop", "stop", "o"),
            ActionControl("refuse", "refuse", "r"),
        )

    def groups(self) -> tuple[Group, ...]:
        return (
            Group("Drawing", ("drawing", "confidences", "label", "clear", "invert", "left")),
            Group("Settings", ("rate", "epochs", "x", "W", "play", "stop", "refuse", "status", "step", "loss")),
            Group("Curves", ("curve",)),
            Group("Network", ("network", "products", "weights_table", "picture", "layers", "how")),
        )

    def given_names(self) -> tuple[str, ...]:
        return NUMBERS

    def given(self, name: str) -> Readout:
        self.reads[name] = self.reads.get(name, 0) + 1
        on = float(self.vector("drawing").sum())
        loss = 2.345678 / (1 + self.ticks)
        epochs = tuple(float(n) for n in range(1, self.ticks + 1))
        match name:
            case "step":
                return Number(name, "step", self.ticks, 0)
            case "loss":
                return Number(name, "loss", loss, 4, "nats")
            case "status":
                return Text(name, "status", f"{'playing' if self.playing else 'still'} at {self.ticks}")
            case "confidences":
                shares = tuple((0.123 + on * i) / (1 + on * 10) for i in range(5))
                return Vector(name, "confidence", SHAPES, shares, 3, bars=True)
            case "products":
                values = tuple((self.vector("x") * 1.2345).tolist())
                return Vector(name, "products", ("1", "2", "3"), values)
            case "weights_table":
                rows = tuple(tuple(row) for row in (self.vector("W") * 1.1111).tolist())
                return Matrix(name, "weights", ("1", "2"), ("A", "B"), rows)
            case "picture":
                pixels = tuple(tuple(row) for row in self.vector("drawing").tolist())
                return Matrix(name, "seen", (), (), pixels, picture=True)
            case "layers":
                return Table(name, "layers", ("layer", "units", "mean"), (("in", 25, on / 25), ("out", 5, 0.98765)))
            case "how":
                cell = Cell("z", (), 4.4321)
                return Arithmetic(name, "how", Derivation(cell, "x·w + b", "1.1·4.0292 + 0", ()))
            case "curve":
                down = Series("training", epochs, tuple(2.5 / e for e in epochs))
                waves = Series("held out", epochs, tuple(2 + math.sin(e) for e in epochs))
                return Curve(name, "loss", "epoch", (down, waves))
        layers = tuple(
            LayerView(f"dense_{i}", tuple(math.sin(u + on) for u in range(n)), SHAPES if n == 5 else ())
            for i, n in enumerate(WIDTHS)
        )
        weights = tuple(
            tuple(tuple(math.cos(a * 3 + b) for b in range(n)) for a in range(m)) for m, n in itertools.pairwise(WIDTHS)
        )
        return Network(name, "the network", layers, weights)

    def press(self, name: str) -> str:
        match name:
            case "clear":
                self.set("drawing", [0.0] * 25)
                return "All pixels are off."
            case "invert":
                self.set("drawing", (1 - self.vector("drawing")).tolist())
                return ""
            case "left":
                self.set("drawing", [[*row[1:], 0.0] for row in self.vector("drawing").tolist()])
                return ""
            case "play":
                self.playing = True
                return ""
            case "stop":
                self.playing = False
                return "Stopped."
            case "refuse":
                raise ControlError("There is nothing to refuse.")
        raise self._unknown(name)

    @property
    def busy(self) -> bool:
        return self.playing

    def poll(self) -> bool:
        self.ticks += 1
        return True
