"""Attention by hand: queries, keys and values of four words, their weights, and the way back to every number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tutor.engine.attention import attention_gradients, attention_scores, attention_weights, mixed_values
from tutor.labs.attention import words
from tutor.labs.attention.backward import fill_backward
from tutor.labs.attention.drawings import draw_backward, draw_forward
from tutor.labs.attention.forward import Settings, fill_forward
from tutor.labs.attention.heads import fill_heads
from tutor.labs.attention.program import keras_program
from tutor.labs.attention.spread import LARGEST, SIZES, fill_spread
from tutor.labs.attention.words import CAUSAL, DIVIDED, FEATURES, OPEN, PLACES, PLAIN, TOKENS
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import ChoiceControl, Control, MatrixControl, NumberControl, VectorControl
from tutor.labs.kit.sheet import Sheet
from tutor.training.keras_program import KerasProgram


class AttentionLab(Lab):
    """Four words of three numbers, one head of key size 2, the loss of one output and its gradients."""

    id = "attention"
    title = "Who looks at whom?"

    def controls(self) -> tuple[Control, ...]:
        """The words, the matrices, the word in hand, the mask, the division, the target; d of random keys."""
        return (
            MatrixControl("x", "words x", TOKENS, FEATURES, -5, 5, 1, words.X, "a row of numbers for each word"),
            MatrixControl("Wq", "Wq", FEATURES, PLACES, -20, 20, 1, words.W_QUERY, "from a word to its query"),
            MatrixControl("Wk", "Wk", FEATURES, PLACES, -20, 20, 1, words.W_KEY, "from a word to its key"),
            MatrixControl("Wv", "Wv", FEATURES, PLACES, -20, 20, 1, words.W_VALUE, "from a word to its value"),
            ChoiceControl("word", "the word that looks", TOKENS, "tired", "its row is shown"),
            ChoiceControl("mask", "mask", (OPEN, CAUSAL), OPEN, "causal: no word looks at one after it"),
            ChoiceControl("scaling", "scores", (DIVIDED, PLAIN), DIVIDED, "before the softmax"),
            VectorControl("target", "target t", PLACES, -5, 5, 1, words.TARGET, "what its output should be"),
            NumberControl("size", "numbers d", 1, LARGEST, 1, SIZES[0], integer=True, choices=SIZES,
                          help="in each random key"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """From the words to the outputs, random keys, the way back, two heads."""
        return (
            Group("Words", ("x", "in_bars", "average", "word")),
            Group("Queries, keys, values", ("Wq", "Wk", "Wv", "q", "k", "v", "making", "plane", "angles")),
            Group("Scores", ("score_map", "scores", "row_scores", "mask", "root", "masked_map", "row_scaled",
                  "row_exps", "pairs")),
            Group("Random keys of d numbers", ("size", "scaling", "one_query", "growing", "spread", "largest",
                  "size_root")),
            Group("Weights", ("attention", "looks", "row_bars", "weights", "row_weights", "weight_sum", "most")),
            Group("The weighted sum", ("summed", "ways", "parts", "out", "row_out")),
            Group("The way back", ("target", "loss", "d_out", "ways_back", "d_v", "d_weights", "through", "d_scores",
                  "gets_back", "d_size", "saturating")),
            Group("Back to vectors and matrices", ("keys_back", "words_back", "d_q", "d_k", "d_Wq", "d_Wk",
                  "d_Wv", "d_x")),
            Group("Two heads", ("head_1", "head_2", "scores_1", "scores_2", "heads_out", "one_head", "two_heads")),
            Group("Keras", ("keras",)),
        )  # fmt: skip

    def fill(self, sheet: Sheet) -> None:
        """Forward, back, two heads, and random keys."""
        settings = Settings(
            TOKENS.index(self.word("word")), self.word("mask") == CAUSAL, self.word("scaling") == DIVIDED
        )
        fill_forward(sheet, settings)
        fill_backward(sheet, settings)
        draw_forward(sheet, settings)
        draw_backward(sheet, settings)
        fill_heads(sheet, settings.seen)
        fill_spread(sheet, round(self.number("size")), settings.divided)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The engine's attention, forward and back; the lab writes out each of its sums."""
        return attention_scores, attention_weights, mixed_values, attention_gradients

    def keras_program(self) -> KerasProgram:
        """The same with Keras' own layer, and its gradients."""
        return keras_program(self)
