"""Embeddings: a vector for each letter, learned by a small language model from names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.datasets.texts.vocabulary import MARK, NAMES
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.network import backward, forward
from tutor.engine.parameters import count
from tutor.engine.sequence_layers import Embedding
from tutor.engine.spec import NetworkSpec
from tutor.labs.embeddings.analogies import fill_analogy, fill_capitals, fill_counts
from tutor.labs.embeddings.controls import SIZES, controls
from tutor.labs.embeddings.network import BATCH, LONGEST, TABLE, context_rows, spec_of
from tutor.labs.embeddings.others import OtherNetworks
from tutor.labs.embeddings.pass_of_names import fill_pass
from tutor.labs.embeddings.plane import draw_plane, fill_distances, fill_pair, letters_of
from tutor.labs.embeddings.problem import fill_lookup, fill_one_hot
from tutor.labs.embeddings.program import program
from tutor.labs.embeddings.surveys import fill_seeds, fill_sizes
from tutor.labs.kit.contract import Group, LabState
from tutor.labs.kit.controls import Control
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.readouts import Text
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.trained_lab import TrainedLab
from tutor.labs.sequences.names import UNIFORM_LOSS, counting_loss
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline
from tutor.training.settings import RunSettings

EPOCHS_A_SECOND = 3.0
# Changing these means another network or other rows, which the trained weights do not fit.
BEGINS_ANEW = ("size", "context", "seed")


class EmbeddingsLab(TrainedLab):
    """One-hot letters, a table in training, its letters on a plane, other seeds and sizes, analogies."""

    id = "embeddings"
    title = "Embeddings"
    begins_anew = BEGINS_ANEW

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._others = OtherNetworks(start_run)
        self._training = InPlaceTraining(start_run, self._settings, lambda: context_rows(self._whole("context")))

    def controls(self) -> tuple[Control, ...]:
        """Letters, a small table, a context, the network, analogies."""
        return controls()

    def groups(self) -> tuple[Group, ...]:
        """One-hot letters, a table by hand, the network, a context, the letters, other networks, analogies, Keras."""
        run = ("train", "epoch", "finish", "reset", "status")
        losses = ("train_loss", "test_loss", "counting", "uniform", "loss_curve")
        return (
            Group("One-hot letters", ("one_hot", "every_letter", "one_hot_distance", "one_hot_dot")),
            Group("A table by hand", ("row", "table", "lookup", "products", "picked")),
            Group("Network", ("size", "context", "epochs", "seed", "parameters", *run, *losses)),
            Group(
                "A context",
                ("name", "network", "looked_up", "next_bars", "confidences", "row_loss", "gradient",
                 "gradient_rows", "rows_taught"),
            ),
            Group(
                "The letters",
                ("plane", "letter_table", "first", "second", "first_numbers", "second_numbers", "distance", "cosine",
                 "nearest", "nearest_kind", "neighbours", "distance_map", "kind_bars", "vowel_distance",
                 "mixed_distance", "ratio", "vowel_pairs"),
            ),
            Group(
                "Other networks",
                ("other_seed", "compare", "seed_plane", "other_plane", "coordinates_r", "distances_r", "agreement",
                 "same_nearest", "same_by_chance", "size_curve", "by_size", "gaps", "best_size"),
            ),
            Group("Capitals by hand", ("small", "shift", "capital_plane", "capitals", "result", "capital_distances")),
            Group(
                "Analogies",
                ("p", "q", "r", "answer_bars", "answers", "nearest_of_all", "nearest_other", "kind_of_all",
                 "kind_of_other", "target_numbers", "wide",
                 "voiced_asked", "voiced_held", "voiced_inputs", "alphabet_asked", "alphabet_held", "alphabet_inputs",
                 "chance", "analogy_shares", "analogy_bars"),
            ),
            Group("Keras", ("keras",)),
        )  # fmt: skip

    def overview(self) -> tuple[str, ...]:
        """The network, the plane, two letters."""
        return (
            "size", "context", "epochs", "seed", "train", "epoch", "reset", "status", "first", "second", "plane",
            "loss_curve", "distance", "cosine", "neighbours", "test_loss", "ratio",
        )  # fmt: skip

    def never_covered(self) -> frozenset[str]:
        """The state of the training."""
        return frozenset({"status"})

    # What a learner does

    def press(self, name: str) -> str:
        """Do an action; return a sentence about it."""
        if name != "compare":
            return super().press(name)
        self._training.pause()
        self._others.want(self._compared())
        return ""

    def before_training(self) -> None:
        """The network in hand and those to compare take turns."""
        self._others.close()

    @property
    def busy(self) -> bool:
        """Whether a training runs in the background."""
        return super().busy or self._others.busy

    def poll(self) -> bool:
        """Fetch the newest snapshot."""
        ready = self._others.poll()
        return super().poll() or ready

    def close(self) -> None:
        """Stop the run and the other networks."""
        super().close()
        self._others.close()

    def state(self) -> LabState:
        """Controls, weights, curves, and the other networks."""
        state = super().state()
        return LabState(state.values, {**state.arrays, **self._others.kept()})

    def restore(self, state: LabState) -> None:
        """Go back to ``state``."""
        super().restore(state)
        self._others.restore(state.arrays)

    # What is computed

    def _whole(self, name: str) -> int:
        return int(self.number(name))

    @property
    def _spec(self) -> NetworkSpec:
        return spec_of(self._whole("size"), self._whole("context"), self._whole("seed"))

    def _settings(self) -> RunSettings:
        return RunSettings(self._spec, self._whole("epochs"), BATCH, epochs_per_second=EPOCHS_A_SECOND)

    def _chain(self) -> tuple[str, ...]:
        """What the network sees, and the last letter of the name; the mark stands for letters before the first."""
        context = self._whole("context")
        return tuple((MARK * context + self.word("name"))[-context - 1 :])

    def _compared(self) -> list[tuple[int, int]]:
        """The numbers a letter and the seeds of the networks to compare; two numbers with both seeds first."""
        seed, other = self._whole("seed"), self._whole("other_seed")
        return [(2, seed), (2, other), *((size, seed) for size in SIZES if size != 2)]

    def beside_controls(self) -> object:
        """The current state of the run, and which other networks are known."""
        return self._training.moment, self._others.moment

    def recorded(self) -> Trace:
        """A pass of the context, forward and back."""
        tokens = NAMES.encode("".join(self._chain())).astype(np.float64)
        return record(self._spec, self._training.parameters(), tokens[None, :-1], tokens[-1:])

    def fill(self, sheet: Sheet) -> None:
        """One-hot letters; a table by hand; a context; the letters; the run; other networks; analogies."""
        first, second = self.word("first"), self.word("second")
        size, seed = self._whole("size"), self._whole("seed")
        fill_one_hot(sheet, first, second)
        fill_lookup(sheet, self.word("row"))
        *context, target = self._chain()
        fill_pass(sheet, self._spec, tuple(context), target)
        letters = letters_of(sheet[TABLE], size)
        draw_plane(sheet, "plane", "the letters", letters, size)
        distances = fill_distances(sheet, letters, size)
        fill_pair(sheet, letters, distances, first, second)
        self._fill_run(sheet)
        fill_seeds(sheet, self._others, seed, self._whole("other_seed"))
        fill_sizes(sheet, self._others, seed)
        fill_capitals(sheet)
        fill_analogy(sheet, self._others, seed, self.word("p"), self.word("q"), self.word("r"))
        fill_counts(sheet, self._others, seed)

    def _fill_run(self, sheet: Sheet) -> None:
        """The state of the training, its losses, and what they are to be compared with."""
        training = self._training
        sheet.show("status", lambda: Text("status", "status", self._status()))
        sheet.number("parameters", "parameters", count(self._spec), digits=0)
        sheet.number("train_loss", "loss, taught names", lambda: training.evaluations()[0][0], digits=4)
        sheet.number("test_loss", "loss, held-out names", lambda: training.evaluations()[1][0], digits=4)
        sheet.number("counting", "loss by counting pairs", lambda: counting_loss(LONGEST), digits=4)
        sheet.number("uniform", "loss of pure guessing", UNIFORM_LOSS, digits=4)
        sheet.show("loss_curve", lambda: training.curve("loss_curve", "loss", labels=("taught", "held out"), low=None))

    def sources(self) -> tuple[Callable[..., Any] | type, ...]:
        """The table forward and back, the whole pass, the update."""
        return Embedding, forward, backward

    def _status(self) -> str:
        return "training other networks" if self._others.busy else self._training.status()

    def keras_program(self) -> KerasProgram:
        """The network on the context."""
        *tokens, target = (int(token) for token in NAMES.encode("".join(self._chain())))
        return program(self._spec, self._training.parameters(), tokens, target, self._whole("epochs"))
