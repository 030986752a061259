"""The controls of the embeddings: letters to compare, a small table, a context, the network, three letters."""

from __future__ import annotations

from tutor.datasets.texts.vocabulary import NAMES
from tutor.labs.embeddings.network import EPOCHS, LETTERS, MOST_CONTEXT
from tutor.labs.kit.controls import (
    ActionControl,
    ChoiceControl,
    Control,
    MatrixControl,
    NumberControl,
    TextControl,
    VectorControl,
)

FEW = ("a", "b", "c", "d")
AXES = ("x", "y")
CAPITALS = ("a", "b", "e")
"""The small letters that have a place by hand; each gets its capital."""
SIZES, SEEDS = (1, 2, 4, 10), 9


def controls() -> tuple[Control, ...]:
    """In reading order."""
    letters: list[Control] = [
        ChoiceControl("first", "letter", LETTERS, "a", "to look at"),
        ChoiceControl("second", "other letter", LETTERS, "e", "to compare with it"),
        ChoiceControl("row", "letter read", FEW, "c", "whose row is looked up"),
        MatrixControl(
            "table", "table", FEW, AXES, -9, 9, 1, ((1.0, 2.0), (-3.0, 4.0), (2.0, -1.0), (0.0, 5.0)),
            "a row for each letter",
        ),
    ]  # fmt: skip
    network: list[Control] = [
        TextControl("name", "a name so far", "anna", 1, 12, NAMES.characters, "its last letter is to be predicted"),
        NumberControl(
            "size", "numbers a letter", 1, 10, 1, 2, integer=True, choices=SIZES, help="columns of the table"
        ),
        NumberControl("context", "letters of context", 1, MOST_CONTEXT, 1, MOST_CONTEXT, integer=True, help="it sees"),
        NumberControl("epochs", "epochs", 1, 60, 5, EPOCHS, integer=True, help="times through the names"),
        NumberControl("seed", "seed", 1, SEEDS, 1, 1, integer=True, help="of the first weights"),
        NumberControl("other_seed", "other seed", 1, SEEDS, 1, 2, integer=True, help="of a second network"),
        ActionControl("train", "train", "p", "train until the epochs are done; press again to pause"),
        ActionControl("epoch", "epoch", "e", "train one epoch"),
        ActionControl("finish", "finish", "", "train until the epochs are done, if they are not"),
        ActionControl("compare", "compare", "k", "train the networks with the other seed and the other sizes"),
        ActionControl("reset", "reset", "r", "go back to the initial weights"),
    ]
    analogies: list[Control] = [
        MatrixControl(
            "small", "small letters", CAPITALS, AXES, -9, 9, 1, ((1.0, 1.0), (5.0, 2.0), (2.0, 5.0)), "their places"
        ),
        VectorControl("shift", "a capital is", AXES, -9, 9, 1, (3.0, 2.0), "added to a small letter"),
        ChoiceControl("p", "letter p", LETTERS, "t", "p is to q"),
        ChoiceControl("q", "letter q", LETTERS, "d", "p is to q"),
        ChoiceControl("r", "letter r", LETTERS, "k", "as r is to ?"),
    ]
    return (*letters, *network, *analogies)
