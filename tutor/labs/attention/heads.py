"""The same matrices as two heads: each has a column of Wq, Wk and Wv, its own weights, and a place of the output."""

from __future__ import annotations

from tutor.engine.derivations.cells import constant, stacked
from tutor.labs.attention.drawings import weights_map
from tutor.labs.attention.forward import Seen, attention_weights, masked_scores, outer
from tutor.labs.attention.words import FEATURES, PLACES, TOKENS
from tutor.labs.kit.sheet import Sheet


def fill_heads(sheet: Sheet, seen: Seen) -> None:
    """Two heads of key size 1, whose scores need no division: √1 is 1."""
    q, k, v = (sheet[name] for name in "qkv")
    for place, head in enumerate(PLACES):
        scores = sheet.matrix(
            f"scores_{head}", f"scores of head {head}", TOKENS, TOKENS, outer(q.last(place), k.last(place)), "q·k",
            digits=2,
        )  # fmt: skip
        masked_scores(sheet, f"masked_{head}", scores, seen)
        attention_weights(sheet, f"weights_{head}", f"masked_{head}", seen)
        weights_map(sheet, f"head_{head}", f"head {head}: who looks at whom", f"weights_{head}", seen)
    outs = [sheet[f"weights_{head}"] @ v.last(place) for place, head in enumerate(PLACES)]
    joined = stacked(outs).transposed
    one, two = (constant(3.0) * float(len(FEATURES)) * float(heads) * float(len(PLACES) / heads) for heads in (1, 2))
    sheet.number("one_head", "weights in one head of key size 2", one, "3·numbers·heads·key size", digits=0)
    sheet.number("two_heads", "weights in two heads of key size 1", two, "3·numbers·heads·key size", digits=0)
    sheet.matrix("heads_out", "outputs of the two heads", TOKENS, PLACES, joined, "Σ weight of its head·v", digits=3)
