"""What a trained network on tokens writes: names of a list, or a running text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tutor.datasets.errors import quoted
from tutor.datasets.texts.vocabulary import MARK, OTHER_MARK, Vocabulary
from tutor.engine.generation import written
from tutor.engine.layers import LayerSpec
from tutor.engine.operations.contract import ShapeError
from tutor.engine.parameters import views
from tutor.engine.sampling import drawn_numbers
from tutor.engine.sequence_layers import Embedding
from tutor.training.saved.model_file import SavedNetwork

PLACES_KEPT = 2
"""When the places of a running text are full, it goes on from the newer half of them: 1/2."""


@dataclass(frozen=True)
class Draw:
    """How tokens are drawn: see ``engine.sampling.next_probabilities``; ``seed`` decides all random numbers."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0


def vocabulary_of(network: SavedNetwork) -> Vocabulary:
    """The characters that the network knows. Raises ``ShapeError`` for one that does not write characters."""
    first: LayerSpec = network.spec.layers[0]
    embeds = isinstance(first, Embedding) and network.spec.ends_in_places
    if embeds and network.trained_on is None and all(name.isdecimal() for name in network.classes):
        raise ShapeError(
            f"{network.spec.name} does not say which character its token numbers stand for: a .keras file has only the "
            "numbers; write with the network that it was exported from"
        )
    fits = isinstance(first, Embedding) and first.input_dim == len(network.classes)
    if not (embeds and fits and all(len(name) == 1 for name in network.classes)):
        raise ShapeError(
            f"{network.spec.name} does not write: that takes an Embedding of its characters at the beginning, and an "
            "answer at each place, as gpt-names has"
        )
    return Vocabulary("".join(network.classes))


def writes_lists(vocabulary: Vocabulary) -> bool:
    """Whether token 0 is the mark between the words of a list."""
    return vocabulary.characters[0] in (MARK, OTHER_MARK)


def written_lines(network: SavedNetwork, begin: str, count: int, draw: Draw) -> Iterator[str]:
    """``count`` words of a list, each beginning with ``begin``.

    Raises ``UnknownToken`` for a character that the network does not know, and ``ShapeError`` if it writes no list
    or ``begin`` has the mark that ends a word.
    """
    vocabulary, spec = vocabulary_of(network), network.spec
    mark = vocabulary.characters[0]
    if mark in begin:
        raise ShapeError(f"{quoted(mark)} ends a word of {spec.name}; the beginning has it already")
    parameters = views(spec, network.theta, network.moving)
    tokens = [0, *vocabulary.encode(begin).tolist()]
    places = spec.input_shape[0]
    if len(tokens) > places:
        raise ShapeError(f"{spec.name} sees {places} tokens; the beginning has {len(begin)} and a mark")
    for sample in range(count):
        numbers = drawn_numbers(draw.seed, sample, spec.input_shape[0])[len(tokens) - 1 :]
        made = written(spec, parameters, tokens, numbers, 0, draw.temperature, draw.top_k, draw.top_p)
        yield begin + vocabulary.decode(list(made))


def written_text(network: SavedNetwork, begin: str, length: int, draw: Draw) -> Iterator[str]:
    """``length`` characters that go on from ``begin``, one after the other.

    The network sees at most its places. When they are full, the newer half of them stays. Raises ``UnknownToken``.
    """
    vocabulary, spec = vocabulary_of(network), network.spec
    parameters = views(spec, network.theta, network.moving)
    places = spec.input_shape[0]
    tokens = vocabulary.encode(begin or vocabulary.characters[0]).tolist()
    numbers = drawn_numbers(draw.seed, 0, length)
    done = 0
    while done < length:
        seen = tokens[-max(1, places // PLACES_KEPT) :] if len(tokens) >= places else tokens
        part = written(spec, parameters, seen, numbers[done:], None, draw.temperature, draw.top_k, draw.top_p)
        for token in part:
            tokens.append(token)
            done += 1
            yield vocabulary.characters[token]
