"""The shapes network, trained as in its lesson and asked about every drawing there is; and another seed beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.complete_map.drawings import DRAWINGS, pixels_of
from tutor.complete_map.fewest_flips import fewest_flips
from tutor.complete_map.found import Example
from tutor.complete_map.passing import BlockPass
from tutor.complete_map.report import Report
from tutor.datasets.shapes import NAMES, SIDE
from tutor.engine.activations import softmax
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.network import forward, output_name
from tutor.engine.parameters import Array, Parameters, initial_theta, views
from tutor.labs.complete_map.chosen import fill_chosen
from tutor.labs.complete_map.numbers import fill_classes, fill_flips, fill_seeds
from tutor.labs.complete_map.pictures import drawing_tile
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, ControlError, NumberControl
from tutor.labs.kit.readouts import Picture
from tutor.labs.kit.sheet import Sheet
from tutor.labs.shapes.origins import shapes_program
from tutor.training.keras_program import KerasProgram
from tutor.training.map_run import MapRun, start_map
from tutor.training.run import RunStarter, start_inline
from tutor.training.shape_map import MapAnswer, MapRequest, shape_numbers, shapes_spec

VERSIONS = TRAINED, FLIPPED, SUREST, UNLIKE = ("as trained", "fewest flips", "surest", "least alike")
LARGEST_SEED = 9
MOST_KEPT = 4
"""The maps that a lab keeps, and saves."""
NOT_READY = "the drawings are not all asked yet; the status says how far it is"


class CompleteMapLab(Lab):
    """All drawings of 25 pixels, by their answers."""

    id = "complete-map"
    title = "Every drawing there is"

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._found: dict[MapRequest, MapAnswer] = {}
        self._run: MapRun | None = None
        self._failure = ""
        self._shapes = shape_numbers()

    def controls(self) -> tuple[Control, ...]:
        """The two seeds; asking; one drawing to look at."""
        return (
            ActionControl("map", "ask about all", "p", "train, then ask about every drawing; press again to stop"),
            ActionControl("finish", "finish", "", "ask about every drawing, if that is not done"),
            ActionControl("ready", "ready", "", "go on only if every drawing is asked"),
            NumberControl("seed", "seed", 0, LARGEST_SEED, 1, 0, integer=True, help="of the network"),
            NumberControl("against", "other seed", 0, LARGEST_SEED, 1, 1, integer=True, help="to compare with"),
            ChoiceControl("shape", "shape", NAMES, "plus", "one of the five"),
            ChoiceControl("version", "drawing", VERSIONS, TRAINED, "which drawing of it to look at"),
            NumberControl("side", "side", 2, 12, 1, 5, integer=True, help="of another picture, in pixels"),
            NumberControl("flipped", "pixels flipped", 1, 24, 1, 2, integer=True, help="of the shape"),
        )

    def groups(self) -> tuple[Group, ...]:
        """Asking; the classes; two seeds; flips; one drawing."""
        return (
            Group("Ask", ("map", "status", "seed", "against", "everything")),
            Group("Another size", ("side", "pixels_then", "seconds_then", "takes")),
            Group("By class", (
                "by_class", "counts", "shares", "its_share", "fair_share", "by_confidence", "above", "evenness",
                "sureness",
            )),
            Group("Two seeds", (
                "both_seeds", "right", "other_shares", "pairs", "agree", "agreement", "chance", "its_other_share",
                "its_both", "its_chance", "of_those",
            )),
            Group("Flips", (
                "flip_bars", "flips", "fooling", "fewest_of_it", "becomes", "ways", "flipped", "left_to_flip",
                "ways_now", "ways_next", "fewest", "changed", "changed_at", "inverted", "surest", "unlike", "unlike_p",
                "differ",
            )),
            Group("The taught five", ("taught_bars", "taught", "taught_p", "keeps_it")),
            Group("One drawing", ("shape", "version", "drawing", "confidences", "answers")),
            Group("Keras", ("keras",)),
        )  # fmt: skip

    def overview(self) -> tuple[str, ...]:
        """Asking, the classes, the flips, the drawings that stand out."""
        return (
            "map", "status", "seed", "against", "by_class", "fewest", "unlike", "shares", "flips", "agree", "shape",
            "version", "drawing", "answers",
        )  # fmt: skip

    def never_covered(self) -> frozenset[str]:
        """How far the asking is."""
        return frozenset({"status"})

    # What a learner does

    def changed(self, name: str) -> None:
        """Another seed is another map."""
        if name in ("seed", "against"):
            self._stop()

    def press(self, name: str) -> str:
        """Ask, or stop asking."""
        self.control(name)
        if name == "ready":
            if self._answer is None:
                raise ControlError(NOT_READY)
        elif self._run is not None:
            if name == "map":
                self._stop()
                return "Stopped; nothing is known until every drawing was asked."
        elif self._answer is None:
            self._failure = ""
            self._run = start_map(self._start_run, self._request)
            self._collect()
        elif name == "map":
            return "Every drawing was asked already. Another seed makes another network."
        return ""

    @property
    def _request(self) -> MapRequest:
        return MapRequest(int(self.number("seed")), int(self.number("against")))

    @property
    def _answer(self) -> MapAnswer | None:
        return self._found.get(self._request)

    def _stop(self) -> None:
        if self._run is not None:
            self._run.close()
            self._run = None

    def _collect(self) -> None:
        """Keep the answer of the run that ended."""
        assert self._run is not None
        if self._run.answer is not None:
            self._found[self._request] = self._run.answer
            for old in list(self._found)[:-MOST_KEPT]:
                del self._found[old]
        elif not self._run.failure:
            return
        self._failure, self._run = self._run.failure, None

    @property
    def busy(self) -> bool:
        """Whether drawings are being asked about."""
        return self._run is not None

    def poll(self) -> bool:
        """Fetch how far it is."""
        if self._run is None:
            return False
        news = self._run.poll()
        self._collect()
        return news

    def close(self) -> None:
        """Stop asking."""
        self._stop()

    def state(self) -> LabState:
        """The controls, and the maps that are known."""
        values: dict[str, Any] = dict(self._values)
        maps = [(request, found) for request, found in self._found.items()]
        values["maps"] = [[request.seed, request.against, found.report.to_values()] for request, found in maps]
        return LabState(values, {f"theta.{number}": found.theta for number, (_, found) in enumerate(maps)})

    def restore(self, state: LabState) -> None:
        """Go back to ``state``, without maps that are not whole."""
        super().restore(state)
        self._stop()
        self._found = {}
        maps = state.values.get("maps")
        for number, saved in enumerate(maps if isinstance(maps, list) else []):
            try:
                seed, against, report = saved
                found = MapAnswer.from_message(report, np.asarray(state.arrays[f"theta.{number}"]))
                self._found[MapRequest(int(seed), int(against))] = found
            except (KeyError, TypeError, ValueError):
                continue

    # The numbers

    def beside_controls(self) -> object:
        """Which maps are known, and how far the next is."""
        share = None if self._run is None else self._run.share
        return tuple(self._found), share, self._failure

    @property
    def _theta(self) -> Array:
        found = self._answer
        return initial_theta(shapes_spec(self._request.seed)) if found is None else found.theta

    def _parameters(self) -> Parameters:
        return views(shapes_spec(self._request.seed), self._theta)

    def _looked_at(self) -> int:
        """The number of the drawing to look at: the shape itself where the chosen version is not known."""
        place, found = NAMES.index(self.word("shape")), self._answer
        example: Example | None = None
        if found is not None:
            report = found.report
            chosen = {FLIPPED: report.flips[place].shown, SUREST: report.surest[place], UNLIKE: report.farthest[place]}
            example = chosen.get(self.word("version"))
        return self._shapes[place] if example is None else example.number

    def recorded(self) -> Trace:
        """The network's pass of the drawing."""
        return record(shapes_spec(self._request.seed), self._parameters(), pixels_of([self._looked_at()]))

    def fill(self, sheet: Sheet) -> None:
        """How far; the classes; two seeds; the flips; the drawing."""
        found = self._answer
        report = None if found is None else found.report
        sheet.text("status", "status", self._status(report))
        drawings, shares = fill_classes(sheet, report, f"seed {self._request.seed}")
        fill_seeds(sheet, report, self._request, self.word("shape"), drawings, shares)
        fill_flips(sheet, report, self.word("shape"))
        fill_chosen(sheet, report, self.word("shape"))
        self._fill_drawing(sheet)

    def _status(self, report: Report | None) -> str:
        if self._run is not None:
            share = self._run.share
            return f"asking: {share:.0%} of the drawings" if share else "training both networks"
        if self._failure:
            return f"stopped: {self._failure}"
        if report is None:
            return "not asked yet"
        return f"all {2 * DRAWINGS:,} answers in {report.seconds:.1f} s"

    def _fill_drawing(self, sheet: Sheet) -> None:
        """One drawing, and the answer to it."""
        output = output_name(shapes_spec())
        p = sheet.vector("confidences", "confidence", NAMES, sheet[output][0], digits=3, bars=True)
        sheet.bars("answers", "", [(BarPanel("confidence", NAMES, high=1.0), p)])
        place, number = NAMES.index(self.word("shape")), self._looked_at()
        tile = drawing_tile("", number, self._shapes[place])
        sheet.show("drawing", lambda: Picture("drawing", "the drawing", (tile,), digits=0), counted=True)

    def sources(self) -> tuple[Callable[..., Any] | type, ...]:
        """The network on one drawing and on all; the fewest flips; the softmax."""
        return (forward, BlockPass, fewest_flips, softmax)

    def keras_program(self) -> KerasProgram:
        """The network, asked about the drawing."""
        pixels: NDArray[np.float64] = pixels_of(self._looked_at()).reshape(SIDE, SIDE)
        return shapes_program(shapes_spec(self._request.seed), self._parameters(), pixels)
