"""The run: its curve with what counting reaches, the names that the network writes, and the worth of its parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tutor.backends.rows import evaluate_rows
from tutor.datasets.texts.shipped import names
from tutor.engine.parameters import Parameters
from tutor.engine.spec import NetworkSpec
from tutor.labs.gpt.drawings import NATS_A_BIT
from tutor.labs.gpt.network import parts_to_take_out
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.readouts import Curve, Series, Table
from tutor.labs.kit.sheet import Sheet
from tutor.labs.sequences.names import UNIFORM_LOSS, counting_loss, names_data
from tutor.labs.sequences.samples import written_names
from tutor.training.gpt import Gpt
from tutor.training.models import NAME_PLACES

SAMPLES = 5


def fill_results(sheet: Sheet, spec: NetworkSpec, training: InPlaceTraining, seed: int) -> None:
    """Loss on the held-out names, in nats and bits, the curve, and some names."""
    data = names_data(NAME_PLACES)

    def tested() -> float:
        return evaluate_rows(spec, training.parameters(), data.held_out_inputs, data.held_out_labels)[0]

    loss = sheet.number("test_loss", "loss on held-out names", tested, digits=3)
    sheet.number("test_bits", "in bits a letter", loss / NATS_A_BIT, "loss / ln 2", digits=2)
    counting = sheet.number("counting", "counting pairs reaches", lambda: counting_loss(NAME_PLACES), digits=3)
    sheet.number("uniform", "who knows nothing: ln 27", UNIFORM_LOSS, digits=3)
    sheet.number("gain", "better than counting by", counting - loss, "counting − loss", digits=3)
    sheet.counted |= {"test_loss", "counting"}
    sheet.show("loss_curve", lambda: _curve(training))
    sheet.show("samples", lambda: _samples(spec, training.parameters(), seed), counted=True)
    known = sheet.number("known", "of them in the list", lambda: _known(spec, training.parameters(), seed), digits=0)
    sheet.counted.add("known")
    sheet.text("novelty", "most of them are", lambda: "new" if known.number < SAMPLES / 2 else "known")


def _curve(training: InPlaceTraining) -> Curve:
    curve = training.curve("loss_curve", "loss", low=None)
    xs = tuple(x for series in curve.series for x in series.xs)
    ends = (min(xs, default=0.0), max(xs, default=1.0))
    lines = {"counting pairs": counting_loss(NAME_PLACES), "knowing nothing": UNIFORM_LOSS}
    level = [Series(label, ends, (value, value), "ghost") for label, value in lines.items()]
    return replace(curve, series=(*curve.series, *level))


def _samples(spec: NetworkSpec, parameters: Parameters, seed: int) -> Table:
    listed = set(names())
    rows = [
        (str(number), written or "(nothing)", "in the list" if written in listed else "new")
        for number, written in enumerate(written_names(spec, parameters, seed, SAMPLES), 1)
    ]
    return Table("samples", "names it writes", ("", "name", "is"), tuple(rows))


def _known(spec: NetworkSpec, parameters: Parameters, seed: int) -> int:
    return len(set(names()) & set(written_names(spec, parameters, seed, SAMPLES)))


def fill_parts(sheet: Sheet, spec: NetworkSpec, form: Gpt, parameters: Callable[[], Parameters]) -> None:
    """The loss on the held-out names when a part is taken out of the trained network."""
    data, parts = names_data(NAME_PLACES), parts_to_take_out(form)

    def losses() -> list[float]:
        changed = (part.change(spec, parameters()) for part in parts)
        return [evaluate_rows(*each, data.held_out_inputs, data.held_out_labels)[0] for each in changed]

    labels = tuple(part.label for part in parts)
    found = sheet.vector("without", "loss without", labels, losses, digits=3)
    sheet.counted.add("without")
    sheet.bars(
        "worth",
        "loss on held-out names, one part taken out",
        [(BarPanel("without", tuple(part.short for part in parts)), found)],
    )
    sheet.text("dearest", "the dearest part", lambda: _dearest(labels, found.values.tolist()))


def _dearest(labels: tuple[str, ...], losses: list[float]) -> str:
    """The part without which the loss is highest."""
    return labels[max(range(len(labels)), key=lambda part: losses[part])].removeprefix("the ")
