"""How probable a whole text is: letter by letter, in bits, and beside another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tutor.backends.rows import evaluate_rows
from tutor.engine.derivations.cells import Cells, constant, exp, ln, power, stacked
from tutor.engine.parameters import Parameters
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.labels import Label, place_id
from tutor.labs.kit.sheet import Sheet
from tutor.labs.sampling.choosing import LOGITS, NATS_A_BIT
from tutor.labs.sampling.taught import Taught, counting_loss, pair_shares, rows_of

AROUND = "bits of each letter, its end included"


def fill_likelihood(sheet: Sheet, text: Taught, said: str, other: str) -> None:
    """−log₂ p of each letter of the text, their sum and mean; the same of another text."""
    bits = _bits(sheet, text, said, 0, "letter_bits")
    count = len(said) + 1
    total = sheet.number("bits", "bits of the text", bits.sum(), "Σ −log₂ p", digits=3)
    mean = sheet.number("mean_bits", "bits a letter", total / count, "bits / letters", digits=3)
    sheet.number("perplexity", "perplexity", power(constant(2.0), mean), "2^(bits a letter)", digits=3)
    sheet.number("text_p", "p of the whole text", power(constant(2.0), -total), "2^(−bits)", digits=9)
    sheet.number("letters", "letters with the end", float(count), digits=0)
    sheet.number("counted_bits", "by counting pairs", lambda: _counted(text, said), digits=3)
    others = _bits(sheet, text, other, 1, "other_bits_each")
    sheet.number("other_bits", "bits of the other", others.sum(), "Σ −log₂ p", digits=3)
    panels = [
        (BarPanel(f"{word}", _labels(text, word), digits=2), cells) for word, cells in ((said, bits), (other, others))
    ]
    sheet.bars("letter_costs", AROUND, panels[:1])
    sheet.bars("two_texts", AROUND, panels)


def _bits(sheet: Sheet, text: Taught, said: str, row: int, name: str) -> Cells:
    """−log₂ p of each letter of a text that is a row of the recorded pass, and of the end."""
    z = sheet[LOGITS][row]
    follows = (*text.tokens(said)[1:], 0)
    each = [-ln(exp(z[at, int(token)]) / exp(z[at]).sum()) / NATS_A_BIT for at, token in enumerate(follows)]
    labels = _labels(text, said)
    return sheet.vector(name, f"−log₂ p of each letter of {said}", labels, stacked(each), "−ln p / ln 2", digits=3)


def _labels(text: Taught, said: str) -> tuple[str, ...]:
    characters = (*said, text.vocabulary.characters[0])
    shown = [text.label(character) for character in characters]
    return tuple(Label(label, f"{place_id(label)}{place}") for place, label in enumerate(shown, 1))


def _counted(text: Taught, said: str) -> float:
    tokens = [*text.tokens(said).tolist(), 0]
    return float(-np.log2(pair_shares(text)[tokens[:-1], tokens[1:]]).mean())


def fill_test(sheet: Sheet, text: Taught, spec: NetworkSpec, parameters: Callable[[], Parameters]) -> None:
    """Bits a letter on the held-out rows: of the network, of counting, of knowing nothing."""
    data = rows_of(text)

    def tested() -> float:
        return evaluate_rows(spec, parameters(), data.held_out_inputs, data.held_out_labels)[0]

    loss = sheet.number("test_loss", "loss on held-out text", tested, digits=3)
    net = sheet.number("test_bits", "in bits a letter", loss / NATS_A_BIT, "loss / ln 2", digits=3)
    sheet.number("test_perplexity", "perplexity on held-out text", power(constant(2.0), net), "2^bits", digits=2)
    counting = sheet.number("counting_loss", "loss of counting pairs", lambda: counting_loss(text), digits=3)
    counted = sheet.number("counting_bits", "counting pairs", counting / NATS_A_BIT, "loss / ln 2", digits=3)
    tokens = constant(float(len(text.vocabulary)))
    nothing = sheet.number("uniform_bits", "knowing nothing", ln(tokens) / NATS_A_BIT, "ln(tokens) / ln 2", digits=3)
    bars = BarPanel("even: all alike", ("even", "pairs", "GPT"), digits=2)
    sheet.bars("bits_a_letter", "bits a letter, on held-out text", [(bars, stacked([nothing, counted, net]))])
