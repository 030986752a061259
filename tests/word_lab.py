"""A lab of two texts, for tests of the text control on all faces."""

from __future__ import annotations

from tests.given_readouts import GivenReadouts
from tutor.labs.kit.controls import ActionControl, Control, TextControl
from tutor.labs.kit.readouts import Number, Readout

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class WordLab(GivenReadouts):
    """A word of the letters a to z, a sentence of any characters, and how long they are together."""

    id = "words"
    title = "Words"

    def controls(self) -> tuple[Control, ...]:
        return (
            TextControl("word", "your word", "emma", 2, 12, LETTERS, "the model spells it"),
            TextControl("sentence", "your sentence", "low lower", 1, 40),
            ActionControl("new", "new", "w"),
        )

    def given_names(self) -> tuple[str, ...]:
        return ("length",)

    def given(self, name: str) -> Readout:
        return Number(name, "length", len(self.word("word")) + len(self.word("sentence")), 0)

    def press(self, name: str) -> str:
        if name == "new":
            self.set("word", "new")
            return "New."
        return super().press(name)
