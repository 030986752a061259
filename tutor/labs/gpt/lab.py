"""A small GPT on names: every number of one name forwards and backwards, its training, and what its parts are worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.datasets.texts.vocabulary import LETTERS, NAMES
from tutor.engine.attention import attention_scores, attention_weights, mixed_values
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.generation import next_logits
from tutor.engine.layer_normalization import layer_normalize
from tutor.engine.objective import NO_LABEL
from tutor.engine.sampling import drawn_token
from tutor.engine.spec import NetworkSpec
from tutor.labs.gpt.drawings import fill_answers, fill_block, fill_counts, fill_heads, fill_one_number, fill_stream
from tutor.labs.gpt.program import gpt_program
from tutor.labs.gpt.results import fill_parts, fill_results
from tutor.labs.kit.contract import Group
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, NumberControl, TextControl
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.readouts import Text
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.trained_lab import TrainedLab
from tutor.labs.kit.training_to_studio import lacks, trained_experiment
from tutor.labs.sequences.names import names_data
from tutor.studio.experiment import NAMES as NAMES_DATA
from tutor.studio.experiment import DataChoice, Experiment
from tutor.studio.own_data import TEST_OF_TEXT
from tutor.training.gpt import Gpt, gpt
from tutor.training.keras_program import KerasProgram
from tutor.training.models import NAME_PLACES
from tutor.training.run import RunStarter, start_inline
from tutor.training.settings import RunSettings

BATCH = 16
EPOCHS_A_SECOND = 4.0
LONGEST = NAME_PLACES - 1
"""The letters of a name: the mark before it takes a place."""
SWITCHES = ("positions", "residuals", "normalization")
PARTS = ("letter_parameters", "position_parameters", "attention_parameters", "mlp_parameters", "output_parameters")
# Changing these means another network, which the trained weights do not fit.
BEGINS_ANEW = ("width", "heads", *SWITCHES, "learning_rate", "seed")


class GptLab(TrainedLab):
    """The network on one name, in training on all, and without one of its parts."""

    id = "gpt"
    title = "A small GPT"
    begins_anew = BEGINS_ANEW

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._training = InPlaceTraining(start_run, self._settings, lambda: names_data(NAME_PLACES))

    def controls(self) -> tuple[Control, ...]:
        """The name, the network, the training."""
        return (
            TextControl("name", "name", "emma", 1, LONGEST, LETTERS, help="whose letters it reads"),
            NumberControl("place", "place", 0, LONGEST, 1, 2, integer=True, help="0 is the dot before the name"),
            NumberControl("head", "head", 1, 8, 1, 1, integer=True, help="whose weights are shown large"),
            NumberControl("width", "width", 8, 32, 8, 16, integer=True, choices=(8, 16, 32), help="numbers a letter"),
            NumberControl("heads", "heads", 1, 8, 1, 4, integer=True, choices=(1, 2, 4, 8), help="of attention"),
            *(ChoiceControl(name, name, ("on", "off"), "on", "a part of the network") for name in SWITCHES),
            NumberControl("epochs", "epochs", 1, 200, 1, 6, integer=True, help="times through the names"),
            NumberControl("learning_rate", "learning rate", 0.0001, 0.1, 0.001, 0.001, help="of Adam"),
            NumberControl("seed", "seed", 0, 999, 1, 0, integer=True, help="of the weights and the order"),
            ActionControl("train", "train", "p", "train until the epochs are done; press again to pause"),
            ActionControl("finish", "finish", "", "train until the epochs are done, if they are not"),
            ActionControl("epoch", "epoch", "e", "train one epoch"),
            ActionControl("reset", "reset", "r", "go back to the initial weights"),
            NumberControl("sample", "samples from", 0, 9_990, 10, 0, integer=True, help="which random numbers"),
        )

    def groups(self) -> tuple[Group, ...]:
        """One name, the network, the training, the parts, Keras."""
        run = ("epochs", "learning_rate", "seed", "train", "finish", "epoch", "reset", "status")
        return (
            Group("One name", ("name", "place", "head", "block", "stream", "attention", "heads_of_name", "next")),
            Group("One number", ("looked_at_dot", "came_in", "told", "went_on", "mean", "deviation", "x_hat", "pair")),
            Group("Its letters", ("letter_losses", "name_loss", "name_bits", "chance", "surprise")),
            Group("Network", ("width", "heads", *SWITCHES, "layers", "parameters", *PARTS)),
            Group("Training", (*run, "loss_curve", "test_loss", "test_bits", "counting", "uniform", "gain")),
            Group("Written", ("sample", "samples", "known", "novelty")),
            Group("Without a part", ("worth", "without", "dearest")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """The name, the training, what it writes."""
        return ("name", "attention", "next", "train", "epoch", "reset", "status", "loss_curve", "samples")

    def never_covered(self) -> frozenset[str]:
        """The state of the training."""
        return frozenset({"status"})

    # What a learner does

    # What is computed

    @property
    def _gpt(self) -> Gpt:
        positions, residuals, normalized = (self.word(name) == "on" for name in SWITCHES)
        width, heads = int(self.number("width")), int(self.number("heads"))
        return Gpt(width, heads, positions=positions, residuals=residuals, normalized=normalized)

    def _spec(self) -> NetworkSpec:
        rate, seed = self.number("learning_rate"), int(self.number("seed"))
        return gpt("gpt-names", self._gpt, len(NAMES), NAME_PLACES, rate, seed, "float64")

    def _settings(self) -> RunSettings:
        return RunSettings(self._spec(), int(self.number("epochs")), BATCH, epochs_per_second=EPOCHS_A_SECOND)

    # The sheet

    def beside_controls(self) -> object:
        """The current state of the run."""
        return self._training.moment

    def recorded(self) -> Trace:
        """A pass of the name, with the letter that follows each, forwards and backwards."""
        tokens = np.array([0, *NAMES.encode(self.word("name")), 0])
        row, labels = np.zeros((1, NAME_PLACES)), np.full((1, NAME_PLACES), NO_LABEL)
        row[0, : len(tokens) - 1], labels[0, : len(tokens) - 1] = tokens[:-1], tokens[1:]
        return record(self._spec(), self._training.parameters(), row, labels)

    def fill(self, sheet: Sheet) -> None:
        """The network on the name; its sizes; the run and what it writes; what its parts are worth."""
        spec, form, name = self._spec(), self._gpt, self.word("name")
        place = min(int(self.number("place")), len(name))
        training = self._training
        sheet.show("status", lambda: Text("status", "status", training.status()))
        fill_stream(sheet, form, name)
        fill_block(sheet, form, place)
        head = min(int(self.number("head")), form.heads)
        fill_heads(sheet, form, name, head)
        fill_one_number(sheet, form, place, head)
        fill_answers(sheet, name, place)
        fill_counts(sheet, spec, form)
        fill_results(sheet, spec, training, int(self.number("sample")))
        fill_parts(sheet, spec, form, training.parameters)

    def for_studio(self) -> Experiment:
        """The same network on the names, as far as it is trained."""
        return trained_experiment(self._training, self._settings(), DataChoice(NAMES_DATA, test=TEST_OF_TEXT))

    def left_out_of_studio(self) -> str:
        """Digits: of another network, or at another rate, the lab begins anew."""
        experiment, step = self.for_studio(), self._training.checkpoint().position.step
        if step > experiment.step:
            return lacks(self._training, experiment)
        return "the last digits: the lab computes with 64 bits a number, the studio with 32" if step else ""

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """Attention, layer normalization, and how a name is written."""
        return (attention_scores, attention_weights, mixed_values, layer_normalize, next_logits, drawn_token)

    def keras_program(self) -> KerasProgram:
        """The same network from Keras's layers, with our weights, on the name."""
        return gpt_program(self._spec(), self._gpt, self._training.parameters(), self.word("name"))
