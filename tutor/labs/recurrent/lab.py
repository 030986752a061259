"""A recurrent network: it reads names letter by letter, trains on them, and shows each state and each gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from tutor.datasets.texts.rows import NO_LABEL
from tutor.engine.derivations.cells import constant, ln
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.parameters import count, layout
from tutor.engine.recurrent import lstm, lstm_gradients, simple_rnn, simple_rnn_gradients
from tutor.engine.sequence_layers import LSTM, SimpleRNN
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import clip
from tutor.labs.kit.contract import Group
from tutor.labs.kit.controls import Control
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.readouts import Curve, Series, Text
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.trained_lab import TrainedLab
from tutor.labs.recurrent.controls import BEGINS_ANEW, LAST, recurrent_controls
from tutor.labs.recurrent.network import TIME, TOKENS, name_row, network, on_name, radius, scaled
from tutor.labs.recurrent.on_a_name import fill_answers, fill_gradients, fill_states, fill_twice
from tutor.labs.recurrent.one_unit import fill_cell, fill_clipping, fill_cost, fill_far_back, fill_one_unit
from tutor.labs.recurrent.program import program
from tutor.labs.sequences.names import UNIFORM_LOSS, counting_loss, names_data
from tutor.labs.sequences.samples import written_names
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline
from tutor.training.settings import RunSettings

BATCH = 32
SAMPLES = 8
KNOWING = ("nothing", "pairs", "the network")


class RecurrentLab(TrainedLab):
    """The network in training, its pass over one name, and sums on paper of one unit, one cell and one gradient."""

    id = "recurrent"
    title = "A recurrent network"
    begins_anew = BEGINS_ANEW

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._training = InPlaceTraining(start_run, self._settings, lambda: names_data(TIME))

    def controls(self) -> tuple[Control, ...]:
        """The network, its training, the name; then the numbers of the sums on paper."""
        return recurrent_controls()

    def groups(self) -> tuple[Group, ...]:
        """Network, name, gradients, then one group for each sum on paper, Keras."""
        run = ("train", "finish", "epoch", "reset", "status", "epochs_done", "pairs", "test_loss")
        net = ("cell", "units", "forget_bias", "parameters", "epochs", "rate", "seed")
        return (
            Group("Network", (*net, *run, "losses", "samples", "loss_curve")),
            Group(
                "On a name",
                ("name", "read_first", "read_second", "by_place", "name_loss", "apart", "states", "network_bars"),
            ),
            Group(
                "Gradients",
                ("judged", "scale", "radius", "by_radius", "left", "factor_a_place", "passing", "gradient_curve"),
            ),
            Group("One unit", ("x", "u", "w", "z", "h", "slopes", "dh", "dz", "dw")),
            Group("Far back", ("back", "f", "left_of_state", "left_of_cell")),
            Group("A cell", ("i", "g", "o", "before", "kept", "written", "c", "shown")),
            Group("Clipping", ("gradient", "clipnorm", "norm", "factor", "clipped", "limited")),
            Group("What is kept", ("letters", "memory", "waits")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """The network, the name, the gradients."""
        return tuple(name for group in self.groups()[:3] for name in group.names if name != "finish")

    def never_covered(self) -> frozenset[str]:
        """The state of the training."""
        return frozenset({"status", "epochs_done"})

    # What a learner does

    # What is computed

    def _whole(self, name: str) -> int:
        return int(self.number(name))

    def _spec(self) -> NetworkSpec:
        forget_bias, seed = self.word("forget_bias") == "1", self._whole("seed")
        return network(self.word("cell"), self._whole("units"), forget_bias, self.number("rate"), seed)

    def _settings(self) -> RunSettings:
        return RunSettings(self._spec(), self._whole("epochs"), BATCH)

    def beside_controls(self) -> object:
        """The current state of the run."""
        return self._training.moment

    def recorded(self) -> Trace:
        """A pass of the name, forwards and backwards, with the recurrent weights as ``scale`` has them."""
        name, spec = self.word("name"), self._spec()
        inputs, labels = name_row(name)
        if self.word("judged") == LAST:
            labels[:, :-1] = NO_LABEL
        parameters = scaled(spec, self._training.parameters(), self.number("scale"))
        return record(on_name(spec, name), parameters, inputs.astype(spec.dtype), labels.astype(spec.dtype))

    # The sheet

    def fill(self, sheet: Sheet) -> None:
        """The network and its run; the name; the sums on paper."""
        spec, name = self._spec(), self.word("name")
        layer, kind = spec.named_layers[1]
        assert isinstance(kind, SimpleRNN | LSTM)
        self._fill_run(sheet, spec)
        fill_answers(sheet, name)
        fill_twice(sheet, name)
        fill_states(sheet, layer, kind, name)
        recurrent = self._training.parameters()[f"{layer}.recurrent_kernel"]
        own = radius(recurrent if isinstance(kind, SimpleRNN) else recurrent[:, 2 * kind.units : 3 * kind.units])
        fill_gradients(sheet, layer, kind, name, own)
        fill_one_unit(sheet)
        fill_far_back(sheet)
        fill_cell(sheet)
        fill_clipping(sheet)
        fill_cost(sheet)

    def _fill_run(self, sheet: Sheet, spec: NetworkSpec) -> None:
        """The size of the network, how far it is, how well it does, what it writes."""
        training = self._training
        sheet.show("status", lambda: Text("status", "status", training.status()))
        sheet.number("epochs_done", "epochs done", training.checkpoint().position.epoch, digits=0)
        parts = {place.name: place.stop - place.start for place in layout(spec)}
        counts = tuple(parts.values())
        of_layer = sum(size for name, size in parts.items() if name.startswith(spec.named_layers[1][0]))
        sheet.vector("parameter_counts", "parameters", tuple(parts), np.array(counts), digits=0)
        sheet.number("layer_parameters", "parameters of the recurrent layer", of_layer, digits=0)
        sheet.number("parameters", "parameters", count(spec), digits=0)
        data = names_data(TIME)
        sheet.number("names_learned", "names it learns from", data.rows, digits=0)
        sheet.number("names_kept", "names kept aside", len(data.held_out_inputs), digits=0)
        nothing = sheet.let("ln 27", ln(constant(float(TOKENS))), "ln(27)")
        sheet.number("nothing", "loss of one who knows nothing", nothing, digits=3)
        sheet.number("pairs", "loss of pairs, on other names", counting_loss(TIME), digits=3)
        taught, test = constant(lambda: training.evaluations()[0]), constant(lambda: training.evaluations()[1])
        sheet.number("loss", "loss on the names it learns", taught[0], digits=3)
        sheet.number("test_loss", "loss on other names", test[0], digits=3)
        sheet.number("accuracy", "next letters right", taught[1], digits=3)

        def known() -> list[float]:
            return [UNIFORM_LOSS, counting_loss(TIME), test[0].number]

        sheet.vector("losses", "loss on other names, nats a letter, knowing", KNOWING, known, digits=3)
        sheet.show("loss_curve", self._curve)
        sheet.text("samples", "it writes", self._written)

    def _curve(self) -> Curve:
        """The losses over the epochs, with those of nothing and of pairs to compare with."""
        curve = self._training.curve("loss_curve", "loss", labels=("training", "other names"), low=None)
        ends = 0.0, max((x for series in curve.series for x in series.xs), default=1.0)
        pairs = Series("pairs", ends, (counting_loss(TIME),) * 2, kind="ghost")
        nothing = Series("nothing: ln 27", ends, (UNIFORM_LOSS,) * 2, kind="ghost", tells=("nothing",), known=0)
        return replace(curve, series=(*curve.series, pairs, nothing), low=2.0, high=3.4)

    def _written(self) -> str:
        return " ".join(written_names(self._spec(), self._training.parameters(), self._whole("seed"), SAMPLES))

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The layers forwards and backwards; clipping."""
        return (simple_rnn, simple_rnn_gradients, lstm, lstm_gradients, clip)

    def keras_program(self) -> KerasProgram:
        """The network with its weights on the name."""
        spec = self._spec()
        parameters = scaled(spec, self._training.parameters(), self.number("scale"))
        return program(self.word("cell"), self._whole("units"), parameters, self.word("name"))
