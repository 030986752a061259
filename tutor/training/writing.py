"""What a trained network on tokens writes: names of a list, or a running text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tutor.datasets.errors import quoted
from tutor.datasets.texts.own_file import bytes_of, named_bytes, text_of_bytes
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
    """The characters that the network knows; each stands for a byte if its tokens are bytes.

    Raises ``ShapeError`` for a network that does not write characters.
    """
    first: LayerSpec = network.spec.layers[0]
    embeds = isinstance(first, Embedding) and network.spec.ends_in_places
    if embeds and network.trained_on is None and all(name.isdecimal() for name in network.classes):
        raise ShapeError(
            f"{network.spec.name} does not say which character its token numbers stand for: a .keras file has only the "
            "numbers; write with the network that it was exported from"
        )
    fits = isinstance(first, Embedding) and first.input_dim == len(network.classes)
    as_bytes = named_bytes(network.classes)
    if embeds and fits and as_bytes is not None:
        return Vocabulary(as_bytes)
    if not (embeds and fits and all(len(name) == 1 for name in network.classes)):
        raise ShapeError(
            f"{network.spec.name} does not write: that takes an Embedding of its characters at the beginning, and an "
            "answer at each place, as gpt-names has"
        )
    return Vocabulary("".join(network.classes))


def writes_lists(vocabulary: Vocabulary) -> bool:
    """Whether token 0 is the mark between the words of a list."""
    return vocabulary.characters[0] in (MARK, OTHER_MARK)


def written_lines(network: SavedNetwork, begin: str, count: int, draw: Draw) -> list[str]:
    """``count`` words of a list, each beginning with ``begin``.

    Raises ``UnknownToken`` for a character that the network does not know, and ``ShapeError`` if it writes no list
    or ``begin`` has the mark that ends a word.
    """
    if named_bytes(network.classes) is None:
        return list(_lines(network, begin, count, draw))
    return [text_of_bytes(line) for line in _lines(network, bytes_of(begin), count, draw)]


def written_text(network: SavedNetwork, begin: str, length: int, draw: Draw) -> str:
    """``begin`` and the ``length`` tokens, characters or bytes, that go on from it. Raises ``UnknownToken``."""
    if named_bytes(network.classes) is None:
        return begin + "".join(_text(network, begin, length, draw))
    begun = bytes_of(begin)
    return text_of_bytes(begun + "".join(_text(network, begun, length, draw)))


def _lines(network: SavedNetwork, begin: str, count: int, draw: Draw) -> Iterator[str]:
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


def _text(network: SavedNetwork, begin: str, length: int, draw: Draw) -> Iterator[str]:
    """Token after token. The network sees at most its places: when they are full, the newer half of them stays."""
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
