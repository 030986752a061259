"""Convolution: a small kernel slides over a drawing and gives one number of a feature map at every position."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.drawings import inverted, shifted
from tutor.engine.convolution import conv2d
from tutor.engine.derivations.cells import Cells, Index, constant
from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Writer
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.layers import Conv2D, Flatten
from tutor.engine.operations.table import operation_of
from tutor.engine.padding import Padding, added, output_size, pad
from tutor.engine.spec import NetworkSpec, ShapeError
from tutor.labs.convolution.drawings import (
    COLOURS,
    fill_as_dense,
    fill_channel_sums,
    fill_products,
    fill_reach,
    fill_stands,
    fill_to_scale,
    input_tiles,
    signed,
)
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import (
    ActionControl,
    ChoiceControl,
    Control,
    GridControl,
    MatrixControl,
    NumberControl,
    VectorControl,
)
from tutor.labs.kit.readouts import Arithmetic, Table, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.training.keras_program import KerasProgram

Array = NDArray[np.float64]
SIDE, TABLE = 7, 3
OWN, NAN = "own", float("nan")
PLACES = ("1", "2", "3")
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


@dataclass(frozen=True)
class _Window:
    """The current window: its position (h, w) on the map, and its top left corner on the picture."""

    place: tuple[int, int]
    corner: tuple[int, int]


class ConvolutionLab(Lab):
    """A drawing, one or two kernels, and the window that slides over it."""

    id = "convolution"
    title = "A sliding kernel"
    _kept: tuple[dict[str, object], Trace | str] | None = None

    def controls(self) -> tuple[Control, ...]:
        """Drawing and kernel; the window; size, stride, padding; channels and filters; a layer for the counts."""
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
            NumberControl("height", "height", 1, 4000, 1, 28, integer=True, help="rows of pixels"),
            NumberControl("width", "width", 1, 4000, 1, 28, integer=True, help="columns of pixels"),
            NumberControl("depth", "channels in", 1, 128, 1, 1, integer=True, help="numbers for each pixel"),
            NumberControl("maps", "filters out", 1, 128, 1, 1, integer=True, help="of the layer to be counted"),
            NumberControl("layers", "layers", 1, 10, 1, 1, integer=True, help="convolutions one after the other"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """Drawing and map, the arithmetic, the sizes, colours and filters, the cost."""
        first = ("preset", "kernel", "drawing", "b", "row", "column", "slide", "slide_back", "clear", "invert", *SHIFTS)
        return (
            Group("Drawing and map", (*first, "input", "map")),
            Group(
                "At this place",
                (
                    "steps",
                    "patch",
                    "products",
                    "row_sums",
                    "channel_sums",
                    "sum",
                    "y",
                    "arithmetic",
                    "flipped_steps",
                    "flipped_y",
                ),
            ),
            Group("Sizes", ("size", "stride", "padding", "verdict", "size_formula", "stands", "to_scale", "added")),
            Group("Channels and filters", ("channels", "colour", "slices", "filters", "kernel_2", "b_2", "weights")),
            Group("What it costs", ("height", "width", "depth", "maps", "layer_counts", "as_dense", "cost", "costs")),
            Group("How far it sees", ("layers", "first_reach", "reach", "field", "fields")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """The drawing, the window and the map; counting is for single steps of the lesson."""
        shown = [name for group in self.groups()[:4] for name in group.names]
        left_out = ("steps", "products", "row_sums", "channel_sums", "flipped_steps", "to_scale", "stands")
        return tuple(name for name in shown if name not in left_out)

    # What a learner does

    def changed(self, name: str) -> None:
        """Fill the table from a preset; a table that is not a preset counts as the learner's own."""
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
        """The recorded pass, or the engine's message if the kernel does not fit."""
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

    def recorded(self) -> Trace | None:
        """The pass, if the kernel fits."""
        trace = self._trace()
        return None if isinstance(trace, str) else trace

    def fill(self, sheet: Sheet) -> None:
        """The pass with its input from drawing and ink and its kernel from the tables; the window; sizes and costs."""
        trace = self._trace()
        if isinstance(trace, str):
            self._fill_without_map(sheet, trace)
        else:
            self._fill_given(sheet)
            self._fill_map(sheet, trace)
            self._fill_place(sheet, trace)
        fill_to_scale(sheet, sheet["drawing"], self._parameters()["conv2d.kernel"][:, :, 0, 0])
        self._fill_sizes(sheet, trace)
        self._fill_counts(sheet)
        self._fill_field(sheet)

    def _fill_given(self, sheet: Sheet) -> None:
        rgb = self.word("channels") == "RGB"
        drawing, ink, slices = sheet["drawing"], sheet["colour"], sheet["slices"]
        tables, biases = [sheet["kernel"], sheet["kernel_2"]], [sheet["b"], sheet["b_2"]]

        def pixel(n: Writer, at: Index) -> Expression:
            on = drawing.write(n, at[1:3])
            return on * ink.write(n, at[3:]) if rgb else on

        def weight(n: Writer, at: Index) -> Expression:
            if max(at[:2]) >= TABLE:
                return n(0)
            w = tables[at[3]].write(n, at[:2])
            return w * slices.write(n, at[2:3]) if rgb else w

        def said(*at: int) -> str:
            if max(at[:2]) >= TABLE:
                return "0: the table ends before"
            return "weight · slice" if rgb else "weight"

        sheet.let("input", Cells(sheet["input"].values, pixel), "pixel · ink" if rgb else "pixel")
        sheet.let("conv2d.kernel", Cells(sheet["conv2d.kernel"].values, weight), said)
        sheet.let("conv2d.bias", Cells(sheet["conv2d.bias"].values, lambda n, at: biases[at[0]].write(n, ())), "bias")

    def _fill_map(self, sheet: Sheet, trace: Trace) -> None:
        picture, maps, window, size = sheet["input"][0], sheet["conv2d.z"][0], self._window(trace), self._geometry()[0]
        tiles = input_tiles(picture, sheet["drawing"], (*window.corner, size, size))
        sheet.picture("input", "picture", tiles, digits=2)
        marked = (window.place,)
        filters = maps.values.shape[2]
        names = [f"filter {f + 1}" for f in range(filters)] if filters > 1 else ["feature map"]
        shown = [(Tile(name, (), marked), maps.last(f)) for f, name in enumerate(names)]
        how = signed([cells.values for _, cells in shown])
        sheet.picture("map", "feature map", shown, **how, numbered=True, digits=2)
        self._fill_weights(sheet, sheet["conv2d.kernel"])
        stride, padding = self._geometry()[1:]
        rows, columns = maps.values.shape[:2]
        before = added(SIDE, size, stride, padding)[0]
        fill_stands(sheet, picture, (rows, columns), stride, before)
        fill_as_dense(sheet, sheet["conv2d.kernel"], (rows, columns), SIDE, stride, before)

    def _fill_weights(self, sheet: Sheet, kernel: Cells) -> None:
        _, _, channels, filters = kernel.values.shape
        of = [f"filter {f + 1}" for f in range(filters)] if filters > 1 else [""]
        each = COLOURS if channels > 1 else ("",)
        tiles = [
            (Tile(" ".join(filter(None, (of[f], each[c]))) or "weights", ()), kernel.last(f).last(c))
            for f in range(filters)
            for c in range(channels)
        ]
        how = signed([cells.values for _, cells in tiles])
        sheet.picture("weights", "weights", tiles, **how, numbered=True, digits=2)

    def _fill_place(self, sheet: Sheet, trace: Trace) -> None:
        """The window: the patch under it, (channels · size, size) channel by channel, and the numbers from it."""
        size, channels, window = self._geometry()[0], sheet["input"].values.shape[3], self._window(trace)
        picture, kernel, bias = sheet["input"], sheet["conv2d.kernel"], sheet["conv2d.bias"][0]
        rows, shape = channels * size, (channels * size, size)

        def pixel_at(at: Index) -> Index | None:
            c, i = divmod(at[0], size)
            y, x = window.corner[0] + i, window.corner[1] + at[1]
            return (0, y, x, c) if 0 <= y < SIDE and 0 <= x < SIDE else None

        def under(n: Writer, at: Index) -> Expression:
            place = pixel_at(at)
            return n(0) if place is None else picture.write(n, place)

        values, of_kernel = self._under(trace)
        names = _row_names(rows, size)
        sides = tuple(str(i + 1) for i in range(size))
        patch = sheet.matrix(
            "patch", "the patch under the kernel", names, sides, Cells(values, under),
            lambda *at: "the pixel there" if pixel_at(at) else "0: padding, outside of the picture", digits=3,
        )  # fmt: skip
        weights = kernel.viewed(shape, lambda at: (at[0] % size, at[1], at[0] // size, 0))
        turned = kernel.viewed(shape, lambda at: (size - 1 - at[0] % size, size - 1 - at[1], at[0] // size, 0))
        products = (patch * weights).computed(values * of_kernel)
        products = sheet.matrix("products", "patch × weights", names, sides, products, "patch · weight", digits=3)
        fill_products(sheet, patch, weights, turned, products)
        by_row = products.sum(axis=1)
        sheet.vector("row_sums", "by row", tuple(map(str, range(1, rows + 1))), by_row, "Σ of the row")
        sheet.number("pixels_on", "sum of the patch", patch.sum(), "Σ patch")
        together = (patch * weights).sum().computed(products.values.sum())
        sheet.number("sum", "Σ patch × weights", together, "Σ patch · weight")
        h, w = window.place
        y = sheet.number("y", "on the map: sum + bias", sheet["conv2d.z"][0, h, w, 0])
        fill_channel_sums(sheet, products, y)
        backwards = ((patch * turned).sum() + bias).computed(self._flipped(trace)[0, h, w, 0])
        sheet.number("flipped_y", "with the kernel flipped", backwards, "Σ patch · flipped weight + b")
        mirrored = patch * kernel.viewed(shape, lambda at: (at[0] % size, size - 1 - at[1], at[0] // size, 0))
        sheet.number("mirrored_y", "with its rows mirrored", mirrored.sum() + bias, "Σ patch · mirrored weight + b")
        sheet.arithmetic("arithmetic", "how the number comes about", "y")

    def _fill_without_map(self, sheet: Sheet, why_not: str) -> None:
        """If the kernel does not fit, show the picture and the weights, and NaN for the numbers of the window."""
        tiles = input_tiles(constant(self._input()[0]), sheet["drawing"], None)
        sheet.picture("input", "picture", tiles, digits=2)
        none, label = [(Tile("filter 1", ()), constant([[NAN]]))], "there is no map: the kernel does not fit"
        for name in ("map", "steps", "flipped_steps", "as_dense", "stands"):
            sheet.picture(name, label, none, **signed([]))
        sheet.bars("channel_sums", label, [(BarPanel("no map", ("map",)), constant([NAN]))])
        self._fill_weights(sheet, constant(self._parameters()["conv2d.kernel"]))
        for name, of in (("patch", "the patch under the kernel"), ("products", "patch × weights")):
            sheet.matrix(name, of, ("1",), ("1",), [[NAN]], digits=3)
        sheet.vector("row_sums", "by row", ("1",), [NAN])
        for name, of in (
            ("pixels_on", "sum of the patch"), ("sum", "Σ patch × weights"), ("y", "on the map: sum + bias"),
            ("flipped_y", "with the kernel flipped"), ("mirrored_y", "with its rows mirrored"),
        ):  # fmt: skip
            sheet.number(name, of, NAN)
        nothing = Derivation(Cell("y", (), NAN), why_not, "", ())
        sheet.show("arithmetic", lambda: Arithmetic("arithmetic", "there is no number", nothing))

    def _fill_sizes(self, sheet: Sheet, trace: Trace | str) -> None:
        size, stride, padding = self._geometry()
        fits = not isinstance(trace, str)
        side = output_size(SIDE, size, stride, padding) if fits else NAN
        top, left = (NAN, NAN) if isinstance(trace, str) else self._window(trace).corner
        corner = (top + 1, left + 1, top + size, left + size)
        sheet.vector("corner", "the window covers", ("top", "left", "bottom", "right"), corner, digits=0)
        said = trace if isinstance(trace, str) else f"the kernel has {side}×{side} places"
        sheet.text("verdict", "does it fit", said)
        sheet.text("fits", "it fits", "yes" if fits else "no")
        labels = ("side", "without the + 1", "before the stride")
        sides = (side, (SIDE - size) // stride, SIDE - size + 1)
        sheet.vector("map_side", "rows of the map", labels, sides, digits=0)
        above, below = added(SIDE, size, stride, padding)
        zeros = (above, below, above + below)
        sheet.vector("added", "rows of zeros added", ("above", "below", "together"), zeros, digits=0)
        formula = f"⌈{SIDE} / {stride}⌉" if padding == "same" else f"⌊({SIDE} − {size}) / {stride}⌋ + 1"
        sheet.text("size_formula", "rows of the map", f"{formula} = {side}" if fits else f"{size} > {SIDE}")

    def _fill_counts(self, sheet: Sheet) -> None:
        size = self._geometry()[0]
        height, width, depth, maps = (int(self.number(n)) for n in ("height", "width", "depth", "maps"))
        layer = Conv2D(maps, (size, size), padding="same")
        parts = {p.part: math.prod(p.shape) for p in operation_of(layer).parameters(layer, (height, width, depth))}
        numbers = (*parts.values(), sum(parts.values()))
        sheet.vector("layer_counts", "numbers to learn", ("weights", "biases", "together"), numbers, digits=0)
        sheet.number("one_filter", "numbers of one filter", size * size * depth + 1, digits=0)
        pictures = {"digit": DIGIT, "photo": PHOTO, "yours": (height, width, depth)}
        rows = {p: _work(*shape, size, maps) for p, shape in pictures.items()}
        columns = ("numbers in", "products", "shared", "Dense")
        yours = (*rows["yours"], size * size * depth)
        sheet.vector("cost", "your picture", (*columns, "one window"), yours, digits=0)
        names = ("in", "work", "shared", "Dense")
        lines = tuple((part, *(_in_words(row[i]) for row in rows.values())) for i, part in enumerate(names))
        label = "numbers in; products (work); weights"
        sheet.show("costs", lambda: Table("costs", label, ("", *rows), lines), counted=True)

    def _fill_field(self, sheet: Sheet) -> None:
        """The side of the receptive field in pixels. Each further layer sees (size − 1) more places of the map below,
        whose distance in pixels is the product of all strides so far."""
        size, stride, _ = self._geometry()
        layers = range(1, int(self.number("layers")) + 1)
        fields = [1.0 + (size - 1) * sum(stride**i for i in range(n)) for n in layers]
        sheet.number("field", "receptive field, its side", fields[-1], digits=0)
        sheet.vector("fields", "after each layer", tuple(map(str, layers)), fields, digits=0)
        fill_reach(sheet, size, stride, len(layers))

    def _flipped(self, trace: Trace) -> NDArray[np.floating]:
        """The map of the flipped kernels, which is convolution in the mathematical sense."""
        _, stride, padding = self._geometry()
        kernel = trace.array("conv2d.kernel")[::-1, ::-1]
        return conv2d(trace.array("input"), kernel, trace.array("conv2d.bias"), (stride, stride), padding)

    def motions(self) -> tuple[str, ...]:
        """The kernel slides."""
        return ("slide",)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The convolution, its gradients, and the distribution of the padding."""
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


def _row_names(rows: int, size: int) -> tuple[str, ...]:
    """The names of a patch's rows: ``1``, or ``r1`` for each colour."""
    sides = [str(i + 1) for i in range(size)]
    return tuple([f"{c[0]}{i}" if rows > size else i for c in COLOURS for i in sides][:rows])


def _work(height: int, width: int, depth: int, size: int, maps: int) -> tuple[float, ...]:
    """Numbers in; products of a kernel at every pixel; its weights; those of a Dense layer with as many outputs."""
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
