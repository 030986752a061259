"""What the network of the lab is trained on: names, sums written as text, or a story; the same GPT for each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets.texts.rows import NO_LABEL, divided_rows
from tutor.datasets.texts.shipped import names, story, sums
from tutor.datasets.texts.vocabulary import LETTERS, MARK, NAMES, Texts, Tokens, Vocabulary
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.labels import Label
from tutor.training.gpt import Gpt, gpt
from tutor.training.models import NAME_PLACES

PLACES = NAME_PLACES
LARGEST_TERM = 49
SUMS = 2_000
SUM_SIGNS = "+0123456789="
KINDS = ("names", "sums", "story")
RATE = 0.01
# Of signs that no id can be made of, and of the blank, which is not seen.
_LABELS = {" ": Label("_", "blank"), "+": Label("+", "plus"), "=": Label("=", "equals"), MARK: Label(MARK, "end")}


@dataclass(frozen=True)
class Taught:
    """A text to train on, and its ``vocabulary``: token 0 is what a text begins with, and ends with."""

    kind: str
    vocabulary: Vocabulary

    @property
    def labels(self) -> tuple[str, ...]:
        """The tokens as they are shown: a blank as ``_``."""
        return tuple(map(self.label, self.vocabulary.characters))

    def label(self, character: str) -> str:
        """One token as it is shown."""
        return _LABELS.get(character, character)

    def tokens(self, text: str) -> Tokens:
        """The token numbers of the begin and of a text, (1 + characters,)."""
        return np.concatenate([[0], self.vocabulary.encode(text)])

    def texts(self) -> Texts:
        """All of it."""
        match self.kind:
            case "names":
                return names()
            case "sums":
                return sums(SUMS, largest=LARGEST_TERM)
        return " ".join(re.findall("[a-z]+", story().lower()))

    def network(self, seed: int) -> NetworkSpec:
        """The GPT of 16 numbers a token; with 27 tokens it has 4,288 parameters."""
        return gpt(f"gpt-{self.kind}", Gpt(), len(self.vocabulary), PLACES, RATE, seed, "float64")


_VOCABULARIES = {
    "names": NAMES,
    "sums": Vocabulary(MARK + SUM_SIGNS),
    "story": Vocabulary(" " + LETTERS),
}


def taught(kind: str) -> Taught:
    """One of ``KINDS``."""
    return Taught(kind, _VOCABULARIES[kind])


@cache
def rows_of(text: Taught) -> TrainingData:
    """Its rows, of which a tenth is held out."""
    learned, held_out = divided_rows(text.texts(), text.vocabulary, PLACES)
    return TrainingData(*learned, *held_out)


@cache
def pair_shares(text: Taught) -> NDArray[np.float64]:
    """How probable each token (column) is after each other (row) by counts of pairs in the training rows, plus 1."""
    data = rows_of(text)
    judged = data.labels != NO_LABEL
    counts = np.ones((len(text.vocabulary),) * 2)
    np.add.at(counts, (data.inputs[judged], data.labels[judged]), 1)
    shares: NDArray[np.float64] = counts / counts.sum(axis=1, keepdims=True)
    return shares


@cache
def counting_loss(text: Taught) -> float:
    """The mean −ln p of the next token in the held-out rows, by those counts."""
    data = rows_of(text)
    judged = data.held_out_labels != NO_LABEL
    p = pair_shares(text)[data.held_out_inputs[judged], data.held_out_labels[judged]]
    return float(-np.log(p).mean())
