"""Names that a network writes, each with random numbers of its own that are the same for every network."""

from __future__ import annotations

from tutor.datasets.texts.vocabulary import NAMES, Vocabulary
from tutor.engine.generation import written
from tutor.engine.parameters import Parameters
from tutor.engine.sampling import drawn_numbers
from tutor.engine.spec import NetworkSpec


def written_name(
    spec: NetworkSpec,
    parameters: Parameters,
    seed: int,
    sample: int,
    begin: str = "",
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    vocabulary: Vocabulary = NAMES,
) -> str:
    """One name, which begins with ``begin``; it ends with the mark or where the network has no place left.

    Raises ``UnknownToken`` for a letter that is not in the vocabulary.
    """
    tokens = [0, *vocabulary.encode(begin).tolist()]
    numbers = drawn_numbers(seed, sample, spec.input_shape[0])[len(tokens) - 1 :]
    made = written(spec, parameters, tokens, numbers, 0, temperature, top_k, top_p)
    return begin + vocabulary.decode(list(made))


def written_names(spec: NetworkSpec, parameters: Parameters, seed: int, count: int) -> tuple[str, ...]:
    """The first ``count`` names of a seed."""
    return tuple(written_name(spec, parameters, seed, sample) for sample in range(count))
