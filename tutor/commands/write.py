"""``dl-tutor write``: names or a text that a trained network writes."""

from __future__ import annotations

import argparse

from tutor.commands.console.failures import refuse
from tutor.commands.console.printing import answer, answer_json
from tutor.datasets.errors import DataError, escaped
from tutor.datasets.texts.vocabulary import UnknownToken
from tutor.engine.operations.contract import ShapeError
from tutor.training.saved.atomic_write import FileError
from tutor.training.saved.model_file import load_network
from tutor.training.writing import Draw, vocabulary_of, writes_lists, written_lines, written_text


def run(given: argparse.Namespace) -> int:
    """Print words, a line each, or one text; with ``--json`` an object for each."""
    draw = Draw(given.temperature, given.top_k, given.top_p, given.seed)
    try:
        network = load_network(given.model)
        if writes_lists(vocabulary_of(network)):
            texts = written_lines(network, given.begin, given.count, draw)
        else:
            texts = [written_text(network, given.begin, given.length, draw)]
    except (DataError, FileError, ShapeError, UnknownToken) as error:
        return refuse(error)
    for text in texts:
        if given.json:
            answer_json({"text": text})
        else:
            for line in text.split("\n"):
                answer(escaped(line))
    return 0
