"""Convolution: a small kernel slides over a drawing; every place becomes one number of a feature map."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.drawings import inverted, shifted
from tutor.engine.convolution import conv2d
from tutor.engine.derivation import Cell, Derivation
from tutor.engine.derivations.expressions import Expression, total
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.layers import Conv2D, Flatten
from tutor.engine.operations.table import operation_of
from tutor.engine.padding import Padding, added, output_size, pad
from tutor.engine.spec import NetworkSpec, ShapeError
from tutor.engine.trace import Trace, record
from tutor.engine.worksheet import Worksheet
from tutor.labs.contract import Group, Lab
from tutor.labs.controls import (
    ActionControl,
    ChoiceControl,
    Control,
    GridControl,
    MatrixControl,
    NumberControl,
    VectorControl,
)
from tutor.labs.origins import why
from tutor.labs.places import Index, LookupFailed
from tutor.labs.readouts import Arithmetic, Code, Matrix, Number, Picture, Readout, Table, Text, Tile, Vector
from tutor.training.keras_program import KerasProgram

Array = NDArray[np.float64]
SIDE, TABLE = 7, 3
OWN, NAN = "own", float("nan")
PLACES = ("1", "2", "3")
COLOURS = ("red", "green", "blue")
PRESETS: dict[str, tuple[tuple[float, ...], ...]] = {
    "identity": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "vertical edge": ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),
    "horizontal edge": ((-1, -1, -1), (0, 0, 0), (1, 1, 1)),
    "blur": ((1 / 9,) * 3,) * 3,
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "outline": ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
}
BLOCK = tuple(tuple(float(1 <= r <= 5 and 2 <= c <= 4) for c in range(SIDE)) for r in range(SIDE))
# Rows down and columns right.
SHIFTS = {"shift_up": (-1, 0), "shift_left": (0, -1), "shift_down": (1, 0), "shift_right": (0, 1)}
# Rows, columns and channels of a handwritten digit and of a photo of seven million pixels.
DIGIT, PHOTO = (28, 28, 1), (2304, 3072, 3)
READOUTS = (
    "input", "map", "weights", "patch", "products", "row_sums", "sum", "y", "arithmetic", "flipped_y", "slips",
    "corner", "verdict", "fits", "map_side", "size_formula", "added", "layer_counts", "layer_slips", "cost", "costs",
    "field", "fields", "field_slips", "keras",
)  # fmt: skip


@dataclass(frozen=True)
class _Window:
    """The window that is looked at: its place (h, w) on the map, and where it begins on the picture."""

    place: tuple[int, int]
    corner: tuple[int, int]


class ConvolutionLab(Lab):
    """A drawing, one or two kernels, and the window that slides over it."""

    id = "convolution"
    title = "A sliding kernel"
    _kept: tuple[dict[str, object], Trace | str] | None = None

    def controls(self) -> tuple[Control, ...]:
        """Drawing and kernel; the window; size, stride, padding; channels and filters; a layer to be counted."""
        return (
            ChoiceControl("preset", "kernel", (*PRESETS, OWN), "vertical edge", "a table of weights to begin with"),
            MatrixControl(
                "kernel", "weights", PLACES, PLACES, -10, 10, 0.5, PRESETS["vertical edge"],
                "the kernel's top left corner: a smaller kernel cuts it, a larger one goes on with 0",
            ),
            GridControl("drawing", "drawing", SIDE, SIDE, BLOCK, help="space turns a pixel on or off"),
            ActionControl("clear", "clear", "w", "turn all pixels off"),
            ActionControl("invert", "invert", "i", "turn on what is off, and off what is on"),
            ActionControl("shift_up", "↑", "W", "move the drawing up by one"),
            ActionControl("shift_left", "←", "A", "move the drawing left by one"),
            ActionControl("shift_down", "↓", "S", "move the drawing down by one"),
            ActionControl("shift_right", "→", "D", "move the drawing right by one"),
            NumberControl("b", "bias b", -10, 10, 0.5, 0.0, help="added once at each place"),
            NumberControl("row", "window at row", 1, SIDE, 1, 1, integer=True, help="of the map, counted from 1"),
            NumberControl("column", "and column", 1, SIDE, 1, 1, integer=True, help="of the map, counted from 1"),
            ActionControl("slide", "slide on", "l", "to the next place, row by row"),
            ActionControl("slide_back", "slide back", "k", "to the place before"),
            NumberControl("size", "kernel size", 1, 9, 1, TABLE, integer=True, help="rows and columns of the kernel"),
            NumberControl("stride", "stride", 1, 4, 1, 1, integer=True, help="pixels from one place to the next"),
            ChoiceControl("padding", "padding", ("valid", "same"), "valid", "same: zeros around the picture"),
            ChoiceControl("channels", "channels", ("grey", "RGB"), "grey", "RGB: three numbers for each pixel"),
            VectorControl("colour", "ink", COLOURS, 0, 1, 0.1, (1.0, 0.5, 0.0), "the colour of a pixel that is on"),
            VectorControl("slices", "slices", COLOURS, -2, 2, 0.5, (1.0, 1.0, 1.0), "weights times this, by channel"),
            NumberControl("filters", "filters", 1, 2, 1, 1, integer=True, help="kernels at work, one map each"),
            MatrixControl(
                "kernel_2", "weights of filter 2", PLACES, PLACES, -10, 10, 0.5, PRESETS["horizontal edge"],
                "as the first, for a second map",
            ),
            NumberControl("b_2", "its bias", -10, 10, 0.5, 0.0, help="one bias for each filter"),
            NumberControl("height", "picture's height", 1, 4000, 1, 28, integer=True, help="rows of pixels"),
            NumberControl("width", "picture's width", 1, 4000, 1, 28, integer=True, help="columns of pixels"),
            NumberControl("depth", "channels in", 1, 128, 1, 1, integer=True, help="numbers for each pixel"),
            NumberControl("maps", "filters out", 1, 128, 1, 1, integer=True, help="of the layer to be counted"),
            NumberControl("layers", "layers", 1, 10, 1, 1, integer=True, help="convolutions one after the other"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """Drawing and map, the arithmetic, the sizes, colours and filters, what it costs."""
        first = ("preset", "kernel", "drawing", "b", "row", "column", "slide", "slide_back", "clear", "invert", *SHIFTS)
        return (
            Group("Drawing and map", (*first, "input", "map")),
            Group("At this place", ("patch", "products", "row_sums", "sum", "y", "arithmetic", "flipped_y")),
            Group("Sizes", ("size", "stride", "padding", "verdict", "size_formula", "added")),
            Group("Channels and filters", ("channels", "colour", "slices", "filters", "kernel_2", "b_2", "weights")),
            Group("What it costs", ("height", "width", "depth", "maps", "layer_counts", "cost", "costs")),
            Group("How far it sees", ("layers", "field", "fields")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """What is drawn, slid and read; counting is for single steps of the lesson."""
        shown = [name for group in self.groups()[:4] for name in group.names]
        return tuple(name for name in shown if name not in ("products", "row_sums"))

    def readout_names(self) -> tuple[str, ...]:
        """Pictures, the arithmetic of a place, sizes, counts, the program."""
        return READOUTS

    def counted(self) -> frozenset[str]:
        """How many places, weights and products there are; what only wrong answers come to."""
        return frozenset(READOUTS[READOUTS.index("slips") :])

    # What a learner does

    def changed(self, name: str) -> None:
        """A preset fills the table; a table that is no preset is the learner's own."""
        if name == "preset" and self.word("preset") != OWN:
            self._values["kernel"] = self.control("kernel").check(PRESETS[self.word("preset")])  # type: ignore[union-attr]
        if name == "kernel":
            table = self._values["kernel"]
            self._values["preset"] = next((p for p, t in PRESETS.items() if t == table), OWN)

    def press(self, name: str) -> str:
        """Change the drawing, or slide the window."""
        self.control(name)
        drawing = self.vector("drawing")
        if name in SHIFTS:
            drawing = shifted(drawing, *SHIFTS[name])
        elif name in ("clear", "invert"):
            drawing = np.zeros_like(drawing) if name == "clear" else inverted(drawing)
        elif name in ("slide", "slide_back"):
            return self._slide(1 if name == "slide" else -1)
        self.set("drawing", drawing.tolist())
        return ""

    def _slide(self, direction: int) -> str:
        trace = self._trace()
        if isinstance(trace, str):
            return "There is nowhere to slide to."
        rows, columns = trace.array("conv2d.z").shape[1:3]
        h, w = self._window(trace).place
        h, w = divmod((h * columns + w + direction) % (rows * columns), columns)
        self.set("row", h + 1)
        self.set("column", w + 1)
        return ""

    # The pass

    def _geometry(self) -> tuple[int, int, Padding]:
        padding: Padding = "same" if self.word("padding") == "same" else "valid"
        return int(self.number("size")), int(self.number("stride")), padding

    def _input(self) -> Array:
        """The picture (1, 7, 7, channels)."""
        ink = self.vector("colour") if self.word("channels") == "RGB" else np.ones(1)
        return (self.vector("drawing")[..., None] * ink)[None]

    def _parameters(self) -> dict[str, Array]:
        """``conv2d.kernel`` (size, size, channels, filters) and ``conv2d.bias`` (filters,)."""
        size = int(self.number("size"))
        slices = self.vector("slices") if self.word("channels") == "RGB" else np.ones(1)
        tables = np.stack([self.vector("kernel"), self.vector("kernel_2")], axis=-1)[..., : int(self.number("filters"))]
        kernel = np.zeros((size, size, len(slices), tables.shape[-1]))
        part = tables[:size, :size]
        kernel[: len(part), : len(part)] = part[:, :, None, :] * slices[:, None]
        bias = np.array([self.number("b"), self.number("b_2")])[: kernel.shape[3]]
        return {"conv2d.kernel": kernel, "conv2d.bias": bias}

    def _trace(self) -> Trace | str:
        """The recorded pass; or the engine's own sentence where the kernel does not fit."""
        if self._kept is None or self._kept[0] != self._values:
            self._kept = dict(self._values), self._record()
        return self._kept[1]

    def _record(self) -> Trace | str:
        size, stride, padding = self._geometry()
        x, parameters = self._input(), self._parameters()
        layer = Conv2D(parameters["conv2d.kernel"].shape[3], (size, size), (stride, stride), padding)
        try:
            spec = NetworkSpec("convolution", x.shape[1:], (layer, Flatten()), dtype="float64")
        except ShapeError as error:
            return str(error)
        return record(spec, parameters, x)

    def _window(self, trace: Trace) -> _Window:
        size, stride, padding = self._geometry()
        rows, columns = trace.array("conv2d.z").shape[1:3]
        h, w = min(int(self.number("row")), rows) - 1, min(int(self.number("column")), columns) - 1
        before = added(SIDE, size, stride, padding)[0]
        return _Window((h, w), (h * stride - before, w * stride - before))

    def _under(self, trace: Trace) -> tuple[Array, Array]:
        """The patch and the first filter's weights: (channels · size, size) each, channel by channel."""
        size, stride, padding = self._geometry()
        h, w = self._window(trace).place
        padded = pad(trace.array("input"), (size, size), (stride, stride), padding)[0]
        patch = padded[h * stride : h * stride + size, w * stride : w * stride + size]
        weights = trace.array("conv2d.kernel")[..., 0]
        return _by_channel(patch), _by_channel(weights)

    # Readouts

    def read(self, name: str) -> Readout:
        """Compute one readout with the engine's own functions."""
        if name not in READOUTS:
            raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(READOUTS)}")
        trace = self._trace()
        match name:
            case "input" | "map" | "weights":
                return self._picture(name, trace)
            case "corner" | "verdict" | "fits" | "map_side" | "size_formula" | "added":
                return self._sizes(name, trace)
            case "layer_counts" | "layer_slips" | "cost" | "costs" | "field" | "fields" | "field_slips":
                return self._counts(name)
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
            case "arithmetic":
                if isinstance(trace, str):
                    return Arithmetic(name, "there is no number", Derivation(Cell("y", (), NAN), trace, "", ()))
                return Arithmetic(name, "how the number comes about", why(self, "y"))
        return self._at_place(name, trace)

    def _picture(self, name: str, trace: Trace | str) -> Picture:
        if name == "input":
            size = int(self.number("size"))
            window = None if isinstance(trace, str) else (*self._window(trace).corner, size, size)
            channels = COLOURS if self.word("channels") == "RGB" else ("picture",)
            tiles = [Tile(c, _rows(self._input()[0, :, :, i]), window=window) for i, c in enumerate(channels)]
            return Picture(name, "the picture and the window", tuple(tiles))
        if name == "weights":
            kernel = self._parameters()["conv2d.kernel"]
            short = ("",) if kernel.shape[2] == 1 else tuple(f" {c}" for c in COLOURS)
            tiles = [
                Tile(f"filter {f + 1}{short[c]}", _rows(kernel[:, :, c, f]))
                for f in range(kernel.shape[3])
                for c in range(kernel.shape[2])
            ]
            return _signed(name, "the weights", tiles)
        if isinstance(trace, str):
            return _signed(name, "there is no map: the kernel does not fit", [Tile("filter 1", ((NAN,),))])
        z, marked = trace.array("conv2d.z")[0], (self._window(trace).place,)
        tiles = [Tile(f"filter {f + 1}", _rows(z[:, :, f]), marked) for f in range(z.shape[2])]
        return _signed(name, "feature map", tiles)

    def _at_place(self, name: str, trace: Trace | str) -> Readout:
        if isinstance(trace, str):
            patch = weights = np.full((1, 1), NAN)
            y = flipped = NAN
        else:
            patch, weights = self._under(trace)
            h, w = self._window(trace).place
            y, flipped = (float(z[0, h, w, 0]) for z in (trace.array("conv2d.z"), self._flipped(trace)))
        products, b = patch * weights, self.number("b")
        match name:
            case "patch" | "products":
                sides = [str(i + 1) for i in range(patch.shape[1])]
                names = [f"{c[0]}{i}" if len(patch) > len(sides) else i for c in COLOURS for i in sides][: len(patch)]
                label = "the patch under the kernel" if name == "patch" else "patch × weights"
                return Matrix(name, label, tuple(names), tuple(sides), _rows(patch if name == "patch" else products), 3)
            case "row_sums":
                return Vector(
                    name, "by row", tuple(map(str, range(1, len(patch) + 1))), tuple(products.sum(axis=1).tolist())
                )
            case "sum":
                return Number(name, "Σ patch × weights", float(products.sum()))
            case "y":
                return Number(name, "on the map: sum + bias", y)
            case "flipped_y":
                return Number(name, "with the kernel flipped", flipped)
        slips = {
            "sums multiplied": patch.sum() * weights.sum() + b,
            "bias each time": products.sum() + b * patch.size,
            "first row alone": products[0].sum() + b,
            "kernel mirrored": (patch * weights[:, ::-1]).sum() + b,
            "patch alone": patch.sum(),
            "patch by its rows": patch.sum() / len(patch),
        }
        return Vector("slips", "what slips come to", tuple(slips), tuple(float(s) for s in slips.values()))

    def _flipped(self, trace: Trace) -> NDArray[np.floating]:
        """The map of the flipped kernels: what mathematics calls convolution."""
        _, stride, padding = self._geometry()
        kernel = trace.array("conv2d.kernel")[::-1, ::-1]
        return conv2d(trace.array("input"), kernel, trace.array("conv2d.bias"), (stride, stride), padding)

    def _sizes(self, name: str, trace: Trace | str) -> Readout:
        size, stride, padding = self._geometry()
        fits = not isinstance(trace, str)
        side = output_size(SIDE, size, stride, padding) if fits else NAN
        match name:
            case "corner":
                top, left = (NAN, NAN) if isinstance(trace, str) else self._window(trace).corner
                corner = (top + 1, left + 1, top + size, left + size)
                return Vector(name, "the window covers", ("top", "left", "bottom", "right"), corner, 0)
            case "verdict":
                said = trace if isinstance(trace, str) else f"the kernel has {side}×{side} places"
                return Text(name, "does it fit", said)
            case "fits":
                return Text(name, "it fits", "yes" if fits else "no")
            case "map_side":
                labels = ("side", "without the + 1", "before the stride")
                return Vector(name, "rows of the map", labels, (side, (SIDE - size) // stride, SIDE - size + 1), 0)
            case "added":
                above, below = added(SIDE, size, stride, padding)
                return Vector(
                    name, "rows of zeros added", ("above", "below", "together"), (above, below, above + below), 0
                )
        formula = f"⌈{SIDE} / {stride}⌉" if padding == "same" else f"⌊({SIDE} − {size}) / {stride}⌋ + 1"
        return Text(name, "rows of the map", f"{formula} = {side}" if fits else f"{size} > {SIDE}")

    def _counts(self, name: str) -> Readout:
        size, _, _ = self._geometry()
        height, width, depth, maps = (int(self.number(n)) for n in ("height", "width", "depth", "maps"))
        layer = Conv2D(maps, (size, size), padding="same")
        parts = {p.part: math.prod(p.shape) for p in operation_of(layer).parameters(layer, (height, width, depth))}
        match name:
            case "layer_counts":
                numbers = (*parts.values(), sum(parts.values()))
                return Vector(
                    name, "numbers to learn", ("weights", "biases", "together"), tuple(map(float, numbers)), 0
                )
            case "layer_slips":
                slips = (size * size * maps + maps, size * size * depth + 1)
                return Vector(name, "counted in part", ("one channel", "one filter"), tuple(map(float, slips)), 0)
            case "field" | "fields" | "field_slips":
                return self._field(name)
        pictures = {"digit": DIGIT, "photo": PHOTO, "yours": (height, width, depth)}
        rows = {p: _work(*shape, size, maps) for p, shape in pictures.items()}
        columns = ("numbers in", "products", "shared", "Dense")
        if name == "cost":
            return Vector(name, "your picture", (*columns, "one window"), (*rows["yours"], size * size * depth), 0)
        lines = [(part, *(_in_words(row[i]) for row in rows.values())) for i, part in enumerate(columns)]
        return Table(name, "in, products, weights", ("", *rows), tuple(lines))

    def _field(self, name: str) -> Readout:
        """How many pixels a side one number sees. One more layer sees (size − 1) more places of the map below, and
        those lie the product of all strides so far apart."""
        size, stride, _ = self._geometry()
        layers = range(1, int(self.number("layers")) + 1)
        fields = [1.0 + (size - 1) * sum(stride**i for i in range(n)) for n in layers]
        if name == "field":
            return Number(name, "receptive field, its side", fields[-1], 0)
        if name == "fields":
            return Vector(name, "after each layer", tuple(map(str, layers)), tuple(fields), 0)
        slips = (float(size * len(fields)), float(size ** len(fields)))
        return Vector(name, "what slips come to", ("sizes added", "sizes multiplied"), slips, 0)

    # Where the numbers come from

    def worksheet(self) -> Worksheet:
        """The recorded pass, its input from drawing and ink, its kernel from the tables."""
        trace = self._trace()
        if isinstance(trace, str):
            return self.sheet_of_controls()
        sheet = self.sheet_of_controls(trace)
        cell, rgb = sheet.cell, self.word("channels") == "RGB"
        size, channels = trace.array("conv2d.kernel").shape[0], trace.array("input").shape[3]
        top, left = self._window(trace).corner
        filters = (("kernel", "b"), ("kernel_2", "b_2"))

        def pixel(_: int, y: int, x: int, c: int) -> Form:
            on = cell("drawing", y, x)
            inked = Form("pixel · ink", lambda n: n(on) * n(cell("colour", c)))
            return inked if rgb else Form("pixel", lambda n: n(on))

        def weight(i: int, j: int, c: int, f: int) -> Form:
            if max(i, j) >= TABLE:
                return Form("0: the table ends before", lambda n: n(0))
            w = cell(filters[f][0], i, j)
            sliced = Form("weight · slice", lambda n: n(w) * n(cell("slices", c)))
            return sliced if rgb else Form("weight", lambda n: n(w))

        def under(r: int, j: int) -> Form:
            c, i = divmod(r, size)
            y, x = top + i, left + j
            if not (0 <= y < SIDE and 0 <= x < SIDE):
                return Form("0: padding, outside of the picture", lambda n: n(0))
            return Form("the pixel there", lambda n: n(cell("input", 0, y, x, c)))

        def product(r: int, j: int, flip: bool = False) -> Callable[[Writer], Expression]:
            c, i = divmod(r, size)
            at = (size - 1 - i, size - 1 - j) if flip else (i, j)
            return lambda n: n(cell("patch", r, j)) * n(cell("conv2d.kernel", *at, c, 0))

        def each(n: Writer, flip: bool) -> list[Expression]:
            return [product(r, j, flip)(n) for r in range(size * channels) for j in range(size)]

        patch, weights = self._under(trace)
        h, w = self._window(trace).place
        flipped = self._flipped(trace)[0, h, w, 0]
        sheet.put("input", trace.array("input"), pixel)
        sheet.put("conv2d.kernel", trace.array("conv2d.kernel"), weight)
        sheet.put("conv2d.bias", trace.array("conv2d.bias"), lambda f: Form("bias", lambda n: n(cell(filters[f][1]))))
        sheet.put("patch", patch, under)
        sheet.put("products", patch * weights, lambda r, j: Form("patch · weight", product(r, j)))
        by_row = (patch * weights).sum(axis=1)
        sheet.put(
            "row_sums", by_row, lambda r: Form("Σ of the row", lambda n: total(n.each(sheet.cells("products", r))))
        )
        sheet.put("sum", (patch * weights).sum(), lambda: Form("Σ patch · weight", lambda n: total(each(n, False))))
        backwards = Form("Σ patch · flipped weight + b", lambda n: total([*each(n, True), n(cell("conv2d.bias", 0))]))
        sheet.put("flipped_y", flipped, lambda: backwards)
        return sheet

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """Pictures and the number at the window are the recorded pass."""
        tile, *at = index if len(index) == 3 else (0, *index)
        trace = self._trace()
        match name:
            case "input":
                return "input", (0, *at, tile)
            case "map":
                return "conv2d.z", (0, *at, tile)
            case "weights":
                filter_, channel = divmod(tile, 3 if self.word("channels") == "RGB" else 1)
                return "conv2d.kernel", (*at, channel, filter_)
            case "y" if not isinstance(trace, str):
                return "conv2d.z", (0, *self._window(trace).place, 0)
        return name, index

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The convolution, its gradients, and how the padding is shared out."""
        return (conv2d, added, output_size)

    def keras_program(self) -> KerasProgram:
        """The picture, the kernel, one Conv2D layer."""
        size, stride, padding = self._geometry()
        parameters = self._parameters()
        _, _, channels, filters = parameters["conv2d.kernel"].shape
        part = min(size, TABLE)
        tables = [self.vector(n)[:part, :part] for n in ("kernel", "kernel_2")[:filters]]
        ink = f" * {_plain(self.vector('colour'))}" if channels > 1 else ""
        if parameters["conv2d.kernel"].size == part * part:
            kernel = [f"kernel = np.array([\n{_lines(tables[0])}])[..., None, None]"]
        else:
            slices = f" * {_plain(self.vector('slices'))}" if channels > 1 else ""
            kernel = [f"kernel = np.zeros(\n    ({size}, {size}, {channels}, {filters}))"]
            for number, table in enumerate(tables):
                kernel += [f"table = np.array([\n{_lines(table)}])[..., None]"]
                kernel += [f"kernel[:{part}, :{part}, :, {number}] = (\n    table{slices})"]
        bias = _plain(parameters["conv2d.bias"])
        source = "\n".join([
            "import keras", "import numpy as np",
            f"x = np.array([\n{_lines(self.vector('drawing'))}], float)",
            f"x = x[None, ..., None]{ink}", *kernel,
            "conv = keras.layers.Conv2D(",
            f'    {filters}, {size}, strides={stride}, padding="{padding}")',
            "conv.build(x.shape)",
            f"conv.set_weights([kernel, np.array({bias})])" if len(bias) < 4 else
            f"conv.set_weights(\n    [kernel, np.array({bias})])",
            "maps = np.moveaxis(conv(x)[0], -1, 0)", "",
        ])  # fmt: skip
        return KerasProgram(source, {"map": "maps"})


def _by_channel(window: NDArray[np.floating]) -> Array:
    """(size, size, channels) as (channels · size, size)."""
    return window.transpose(2, 0, 1).reshape(-1, window.shape[1]).astype(np.float64)


def _rows(values: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in values.tolist())


def _signed(name: str, label: str, tiles: list[Tile]) -> Picture:
    largest = max([1.0, *(abs(v) for tile in tiles for row in tile.values for v in row if math.isfinite(v))])
    return Picture(name, label, tuple(tiles), -largest, largest, signed=True)


def _work(height: int, width: int, depth: int, size: int, maps: int) -> tuple[float, ...]:
    """Numbers in; products of a kernel at each pixel; its weights; those of a Dense layer to as many numbers."""
    numbers, weights = height * width * depth, size * size * depth * maps
    return float(numbers), float(height * width * weights), float(weights), float(numbers * height * width * maps)


def _in_words(number: float) -> str:
    """A large count with three digits and a word: 191 million."""
    for unit, word in ((1e12, "trillion"), (1e6, "million")):
        if number >= unit:
            return f"{number / unit:.3g} {word}"
    return f"{number:.0f}"


def _plain(values: Array) -> str:
    return "[" + ", ".join(f"{v:.9g}" for v in values.tolist()) + "]"


def _lines(values: Array) -> str:
    return ",\n".join(f"    {_plain(row)}" for row in values)
