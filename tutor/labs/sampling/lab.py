"""Sampling: a small GPT trained in place, and everything between its logits and the text that it writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.datasets.texts.vocabulary import LETTERS
from tutor.engine.activations import softmax
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.generation import next_logits
from tutor.engine.objective import NO_LABEL
from tutor.engine.sampling import drawn_token, next_probabilities
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.contract import Group
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, NumberControl, TextControl
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.readouts import Text
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.trained_lab import TrainedLab
from tutor.labs.sampling.cached import fill_cache
from tutor.labs.sampling.choosing import COLDEST, HOTTEST, fill_cut, fill_draw, fill_temperature
from tutor.labs.sampling.likelihood import fill_likelihood, fill_test
from tutor.labs.sampling.program import sampling_program
from tutor.labs.sampling.results import fill_greedy, fill_sums, fill_written
from tutor.labs.sampling.taught import KINDS, PLACES, SUM_SIGNS, Taught, rows_of, taught
from tutor.labs.sampling.writing import How
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline
from tutor.training.settings import RunSettings

BATCH = 16
EPOCHS_A_SECOND = 4.0
LONGEST = PLACES - 1
TEXTS = {"names": "name", "sums": "sum", "story": "words"}
"""The control that holds the text to go on from."""
TEMPERATURES = (0.05, 0.1, 0.25, 0.5, 0.8, 1, 1.5, 2, 4, 10, 100)


class SamplingLab(TrainedLab):
    """The next letter's distribution, what is drawn from it, and how probable and how true a text is."""

    id = "sampling"
    title = "Sampling"
    begins_anew = ("texts", "seed")

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._training = InPlaceTraining(start_run, self._settings, self._rows)

    def controls(self) -> tuple[Control, ...]:
        """What it is taught, the text, how a letter is chosen, the training."""
        return (
            ChoiceControl("texts", "trained on", KINDS, "names", "2,000 sums, or the beginning of a story"),
            TextControl("name", "text", "em", 1, LONGEST, LETTERS, help="it goes on from here, or judges it"),
            TextControl("other", "another", "xavier", 1, LONGEST, LETTERS, help="a name to compare with"),
            TextControl("sum", "sum", "12+34=", 1, LONGEST, SUM_SIGNS, help="it goes on from here, or judges it"),
            TextControl("words", "story", "alice", 1, LONGEST, " " + LETTERS, help="it goes on from here"),
            NumberControl(
                "temperature", "temperature T", COLDEST, HOTTEST, 0.1, 1.0, choices=TEMPERATURES, help="divides z"
            ),
            NumberControl("top_k", "top-k", 0, 27, 1, 0, integer=True, help="how many of the likeliest stay; 0: all"),
            NumberControl("top_p", "top-p", 0.05, 1, 0.05, 1.0, help="the fewest that sum to this stay"),
            NumberControl("u", "random number u", 0, 0.999, 0.05, 0.5, help="decides which letter is drawn"),
            NumberControl("length", "letter", 1, PLACES, 1, PLACES, integer=True, help="how far it has written"),
            NumberControl("epochs", "epochs", 1, 100, 1, 6, integer=True, help="times through the text"),
            NumberControl("seed", "seed", 0, 999, 1, 0, integer=True, help="of the weights and the order"),
            ActionControl("train", "train", "p", "train until the epochs are done; press again to pause"),
            ActionControl("finish", "finish", "", "train until the epochs are done, if they are not"),
            ActionControl("epoch", "epoch", "e", "train one epoch"),
            ActionControl("reset", "reset", "r", "go back to the initial weights"),
            NumberControl("sample", "samples from", 0, 990, 10, 0, integer=True, help="which random numbers"),
        )

    def groups(self) -> tuple[Group, ...]:
        """The text, the temperature, the cut, the draw, what is written, how probable it is, sums, the cache."""
        pairs = ("likeliest", "p_first", "next_likeliest", "p_second", "gap", "odds", "odds_one")
        entropies = ("entropy", "entropy_one", "most_entropy", "as_many", "entropy_curve")
        run = ("epochs", "seed", "train", "finish", "epoch", "reset", "status", "loss_curve")
        tested = ("test_loss", "test_bits", "counting_loss", "counting_bits", "uniform_bits", "test_perplexity")
        text = ("bits", "letters", "mean_bits", "counted_bits", "perplexity", "text_p", "other_bits")
        answered = ("unseen", "sureness", "asked", "right", "right_share", "most_are")
        counts = ("matrices", "kept_last", "anew_last", "kept_all", "anew_all", "saving", "difference")
        return (
            Group("Text", ("texts", *TEXTS.values(), "other")),
            Group("Temperature", ("temperature", "at_temperature", *pairs, *entropies)),
            Group(
                "Which stay", ("top_k", "top_p", "cut", "ladder_of_p", "kept", "kept_letters", "kept_sum", "q_first")
            ),
            Group("The draw", ("u", "on_the_line", "drawn", "drawn_place", "drawn_q")),
            Group("Written", ("sample", "samples", "different", "new", "greedy", "course", "period", "steps")),
            Group("How probable", ("letter_costs", "two_texts", *text)),
            Group("On held-out text", ("bits_a_letter", *tested)),
            Group("Unseen sums", (*answered, "sure_right", "sure_wrong", "surest_wrong")),
            Group("With a cache", ("length", "products", *counts)),
            Group("Training", run),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """The distribution, how it is cut and drawn from, and what is written."""
        run = ("train", "reset", "status")
        how = ("temperature", "top_k", "top_p", "u")
        return ("texts", *TEXTS.values(), *how, "at_temperature", "on_the_line", *run, "samples", "greedy")

    def never_covered(self) -> frozenset[str]:
        """The state of the training."""
        return frozenset({"status"})

    # What a learner does

    # What is computed

    @property
    def _taught(self) -> Taught:
        return taught(self.word("texts"))

    @property
    def _said(self) -> str:
        return self.word(TEXTS[self.word("texts")])

    @property
    def _other(self) -> str:
        """Another text of the same kind; the same where there is none."""
        return self.word("other") if self.word("texts") == "names" else self._said

    def _how(self) -> How:
        return How(self.number("temperature"), int(self.number("top_k")), self.number("top_p"))

    def _spec(self) -> NetworkSpec:
        return self._taught.network(int(self.number("seed")))

    def _rows(self) -> TrainingData:
        return rows_of(self._taught)

    def _settings(self) -> RunSettings:
        return RunSettings(self._spec(), int(self.number("epochs")), BATCH, epochs_per_second=EPOCHS_A_SECOND)

    # The sheet

    def beside_controls(self) -> object:
        """The current state of the run."""
        return self._training.moment

    def recorded(self) -> Trace:
        """A pass of the text and of the other, with the letter that follows each, forwards and backwards."""
        rows, labels = np.zeros((2, PLACES)), np.full((2, PLACES), NO_LABEL)
        for row, said in enumerate((self._said, self._other)):
            tokens = np.append(self._taught.tokens(said), 0)
            rows[row, : len(tokens) - 1], labels[row, : len(tokens) - 1] = tokens[:-1], tokens[1:]
        return record(self._spec(), self._training.parameters(), rows, labels)

    def fill(self, sheet: Sheet) -> None:
        """The next letter; the draw; what is written; how probable it is; sums; the cache; the run."""
        text, said, spec, training = self._taught, self._said, self._spec(), self._training
        how, seed = self._how(), int(self.number("sample"))
        sheet.show("status", lambda: Text("status", "status", training.status()))
        fill_temperature(sheet, text, said)
        fill_cut(sheet, text, said, how.top_k, how.top_p)
        fill_draw(sheet, text, self.number("u"))
        fill_written(sheet, text, spec, training.parameters, said, seed, how)
        fill_greedy(sheet, text, spec, training.parameters, said)
        fill_likelihood(sheet, text, said, self._other)
        fill_test(sheet, text, spec, training.parameters)
        fill_sums(sheet, text, spec, training.parameters, seed)
        fill_cache(sheet, text, spec, training.parameters, said, int(self.number("length")))
        sheet.show("loss_curve", lambda: training.curve("loss_curve", "loss", low=None))

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """Softmax, the choice of the next token, the draw, and the logits with the key-value cache."""
        return (softmax, next_probabilities, drawn_token, next_logits)

    def keras_program(self) -> KerasProgram:
        """From the logits to what is drawn from, in Keras."""
        return sampling_program(self.sheet["logits"].values, self._how())
