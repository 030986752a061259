"""What the network writes: samples, the greedy way and its circle, and the answers to sums that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.texts.shipped import names
from tutor.engine.activations import softmax
from tutor.engine.generation import written
from tutor.engine.network import forward, output_name
from tutor.engine.parameters import Array, Parameters
from tutor.engine.sampling import drawn_numbers
from tutor.engine.spec import NetworkSpec
from tutor.labs.sampling.taught import PLACES, Taught, rows_of

FARTHEST = 320
"""Letters after which a greedy text is cut off that has no end and has not come to a circle."""
ENOUGH = 64
"""The same, once the circle is known."""


@dataclass(frozen=True)
class How:
    """How a letter is chosen: ``temperature``, the ``top_k`` likeliest (0: all), the fewest that sum to ``top_p``."""

    temperature: float
    top_k: int
    top_p: float


def sample(text: Taught, spec: NetworkSpec, parameters: Parameters, said: str, seed: int, number: int, how: How) -> str:
    """The text with what is drawn after it, with the random numbers of a seed and the sample's number."""
    tokens = text.tokens(said).tolist()
    numbers = drawn_numbers(seed, number, PLACES)[len(tokens) - 1 :]
    end = None if text.kind == "story" else 0
    made = written(spec, parameters, tokens, numbers, end, how.temperature, how.top_k, how.top_p)
    return said + text.vocabulary.decode(list(made))


def verdict(text: Taught, made: str) -> str:
    """Whether there is such a name, such a sum is right; nothing about a story."""
    match text.kind:
        case "names":
            return "in the list" if made in _listed() else "new"
        case "sums":
            return _judged(made)
    return ""


@cache
def _listed() -> frozenset[str]:
    return frozenset(names())


def _judged(made: str) -> str:
    terms, _, answer = made.partition("=")
    numbers = terms.split("+")
    if len(numbers) != 2 or not all(each.isdecimal() for each in (*numbers, answer)):
        return "no sum"
    return "right" if str(sum(map(int, numbers))) == answer else "wrong"


@dataclass(frozen=True, eq=False)
class Greedy:
    """The likeliest letter again and again: the ``tokens`` after the text, and p of every token at each, (n, tokens).

    ``period`` is after how many letters it repeats itself for ever, because it sees the same as then; 0 if it ends.
    """

    tokens: tuple[int, ...]
    p: NDArray[np.float64]
    period: int


def greedy(text: Taught, spec: NetworkSpec, parameters: Parameters, said: str) -> Greedy:
    """Write until the end, a circle, or ``FARTHEST`` letters; the network sees the last ``PLACES`` tokens."""
    tokens, made, shares = text.tokens(said).tolist(), list[int](), list[Array]()
    seen: dict[tuple[int, ...], int] = {}
    period = 0
    while len(made) < (ENOUGH if period else FARTHEST):
        window = tuple(tokens[-PLACES:])
        if len(window) == PLACES:
            period = period or len(made) - seen.setdefault(window, len(made))
        row = np.zeros((1, PLACES))
        row[0, : len(window)] = window
        z = forward(spec, parameters, row)[output_name(spec)][0, len(window) - 1]
        token = int(z.argmax())
        shares.append(softmax(z))
        if token == 0 and text.kind != "story":
            break
        tokens.append(token)
        made.append(token)
    return Greedy(tuple(made), np.array(shares), period)


@dataclass(frozen=True, eq=False)
class Answers:
    """Unseen sums, what the network writes after each = by the likeliest token, and the p of that answer."""

    asked: tuple[str, ...]
    given: tuple[str, ...]
    right: NDArray[np.bool_]
    p: NDArray[np.float64]


def answers(text: Taught, spec: NetworkSpec, parameters: Parameters) -> Answers:
    """To the held-out sums; all are written at the same time, a place after the other."""
    data = rows_of(text)
    equals = int(text.vocabulary.encode("=")[0])
    rows = data.held_out_inputs.astype(np.float64)
    start = np.argmax(rows == equals, axis=1)
    true = [text.vocabulary.decode(row[1 : at + 1].astype(int)) for row, at in zip(rows, start, strict=True)]
    each, p, done = np.arange(len(rows)), np.ones(len(rows)), np.zeros(len(rows), dtype=bool)
    rows = np.where(np.arange(PLACES) > start[:, None], 0, rows)
    given = ["" for _ in rows]
    # Neither of the two terms has more than two digits, nor their sum; the last token is the end.
    for step in range(4):
        at = start + step
        z = forward(spec, parameters, rows)[output_name(spec)][each, at]
        token, shares = z.argmax(axis=1), softmax(z)
        p = np.where(done, p, p * shares[each, token])
        done |= token == 0
        rows[each, at + 1] = np.where(done, rows[each, at + 1], token)
        given = [
            answer if over else answer + text.vocabulary.characters[int(t)]
            for answer, over, t in zip(given, done, token, strict=True)
        ]
    right = [str(sum(map(int, asked[:-1].split("+")))) == answer for asked, answer in zip(true, given, strict=True)]
    return Answers(tuple(true), tuple(given), np.array(right), p)
