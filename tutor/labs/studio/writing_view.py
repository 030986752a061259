"""What a network for a text writes at the moment that is shown, and the rows that it learns from."""

from __future__ import annotations

from functools import cache

import numpy as np

from tutor.labs.kit.readouts import Table
from tutor.labs.kit.sheet import Sheet
from tutor.labs.studio.machine import Machine
from tutor.studio.text_rows import TextRows
from tutor.training.saved.model_file import SavedNetwork
from tutor.training.writing import Draw, written_lines, written_text

LINES, PARTS, LONG = 8, 4, 30
"""Names that are written at once; of a running text parts, and their characters."""
SHOWN_ROWS = 8
_VISIBLE = str.maketrans({"\n": "↵", " ": "␣", "\t": "⇥"})
_RUN_AWAY = "nothing is written: the weights have run away"


def visible(characters: str) -> str:
    """Characters as they are shown: each has a sign, blanks and ends of lines too."""
    return "".join(each if each.isprintable() else "�" for each in characters.translate(_VISIBLE))


def fill_writing(sheet: Sheet, machine: Machine, rows: TextRows, draw: Draw) -> None:
    """The names or parts of a text, how many of them are known, and the first rows of the training."""

    @cache
    def written() -> tuple[str, ...]:
        return _written(machine, rows, draw)

    sheet.show("samples", lambda: _samples(written(), rows), counted=True)
    sheet.number("known", "of them in the list", lambda: sum(each in rows.listed for each in written()), digits=0)
    sheet.counted.add("known")
    sheet.text("writes", "it writes", lambda: _writes(written(), rows))
    sheet.show("texts", lambda: _texts(rows), counted=True)


def _written(machine: Machine, rows: TextRows, draw: Draw) -> tuple[str, ...]:
    """The names or parts of a text that the network writes at this moment; none from weights that are no numbers."""
    engine = machine.checkpoint.engine
    if not np.isfinite(engine.theta).all():
        return ()
    network = SavedNetwork(machine.spec, engine.theta, engine.moving, tuple(rows.vocabulary.characters))
    with np.errstate(all="ignore"):
        if rows.is_list:
            return tuple(written_lines(network, "", LINES, draw))
        parts = (Draw(draw.temperature, seed=draw.seed + part) for part in range(PARTS))
        return tuple("".join(written_text(network, "", LONG, each)) for each in parts)


def _samples(written: tuple[str, ...], rows: TextRows) -> Table:
    label = "what it writes" if written else _RUN_AWAY
    if not rows.is_list:
        lines = [(str(number), visible(each)) for number, each in enumerate(written, 1)]
        return Table("samples", label, ("", "text"), tuple(lines))
    said = [
        (str(number), visible(each) or "(nothing)", "in the list" if each in rows.listed else "new")
        for number, each in enumerate(written, 1)
    ]
    return Table("samples", label, ("", "text", "is"), tuple(said))


def _writes(written: tuple[str, ...], rows: TextRows) -> str:
    if not written:
        return _RUN_AWAY
    first = f"“{visible(written[0])}”"
    if not rows.is_list:
        return f"{len(written)} parts, the first {first}"
    return f"{len(written)} names, {sum(each in rows.listed for each in written)} in the list, the first {first}"


def _texts(rows: TextRows) -> Table:
    """The first rows of the training: what the network reads, and below each place what comes next."""
    vocabulary, found = rows.vocabulary, []
    for number, (tokens, following) in enumerate(zip(*rows.training, strict=True), 1):
        if number > SHOWN_ROWS:
            break
        there = following >= 0
        reads, after = vocabulary.decode(tokens[there]), vocabulary.decode(following[there])
        found.append((str(number), visible(reads), visible(after)))
    label = f"the first of {len(rows.training[0]):,} rows of the training"
    return Table("texts", label, ("", "it reads", "next at each place"), tuple(found))
