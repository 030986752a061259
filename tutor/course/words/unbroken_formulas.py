"""Keep line breaks out of formulas, numbers with units, and code."""

from __future__ import annotations

import re
from collections.abc import Iterable

GLUE = "\ue000"
"""Replaces a space that must not break: from a private-use range, so that texts and wrapping do not use it."""

NO_BREAK = "\u00a0"

_RELATIONS = frozenset("=≈≠≤≥<>→←∈") | {"==", "+=", "-=", "<=", ">="}
_SUMS = frozenset("+−±")
_PRODUCTS = frozenset("·×⊙∗/*@%") | {"mod"}
_FUNCTIONS = frozenset("∇∂Σ√") | {
    "ln", "log", "log₁₀", "log₂", "exp", "sin", "cos", "tan", "tanh", "max", "min", "sign", "argmax",
}  # fmt: skip
# How firmly a space holds; a formula longer than a line breaks at the loosest, and before an operator.
_LOOSE, _BEFORE_RELATION, _BEFORE_SUM, _BEFORE_PRODUCT, _IN_BRACKETS, _AFTER, _CODE = range(7)
_WORD = re.compile(r"[^\W\d_]{3,}")
_ARGUMENT = re.compile(r"[(|{\d√Σ]|[^\W\d_]{1,2}\b")
_SMALL_WORDS = frozenset(
    {"an", "as", "at", "be", "by", "do", "go", "he", "if", "in", "is", "it", "me", "my", "no", "of", "on", "or", "so"}
    | {"to", "up", "us", "we"}
)
_PUNCTUATION = "()[]{}.,;:?!"
_OPEN, _CLOSED = "([{", ")]}"


def unbroken(text: str, width: int, code: Iterable[tuple[int, int]] = ()) -> str:
    """``text`` with ``GLUE`` for each space at which a line of ``width`` characters must not break.

    A no-break space, as French has before a colon, never breaks: wrapping would take it for any other. ``code`` gives
    the start and end of each piece of code. The length does not change; line ends stay.
    """
    marked = list(text.replace(NO_BREAK, GLUE))
    for start, end in code:
        for at in range(start, min(end, len(text))):
            if text[at] == " ":
                marked[at] = GLUE
    return "\n".join(_line(line, max(1, width)) for line in "".join(marked).split("\n"))


def without_glue(text: str) -> str:
    """``text`` with spaces for ``GLUE``, after wrapping."""
    return text.replace(GLUE, " ")


def _line(line: str, width: int) -> str:
    if " " not in line and GLUE not in line:
        return line
    pieces = re.split(f"([ {GLUE}])", line)
    words, spaces = pieces[::2], pieces[1::2]
    bracketed = _in_brackets(words)
    holds = [
        _CODE if space == GLUE else _hold(words[i], words[i + 1], i in bracketed) for i, space in enumerate(spaces)
    ]
    joined, first = [words[0]], 0
    for i, hold in enumerate([*holds, _LOOSE]):
        if hold == _LOOSE:
            joined[-1] = _within(words[first : i + 1], holds[first:i], width)
            first = i + 1
            joined.append("")
    return " ".join(joined[:-1])


def _within(words: list[str], holds: list[int], width: int) -> str:
    """A formula as one piece if it fits in ``width``; otherwise breakable at its loosest spaces."""
    whole = GLUE.join(words)
    if not holds or len(whole.strip(GLUE)) <= width:
        return whole
    loosest, parts, first = min(holds), [], 0
    for i, hold in enumerate([*holds, loosest]):
        if hold == loosest:
            parts.append(_within(words[first : i + 1], holds[first:i], width))
            first = i + 1
    return " ".join(parts)


def _hold(left: str, right: str, bracketed: bool) -> int:
    """How firmly the space between two words holds."""
    if not left or not right:
        return _LOOSE
    if _is_operator(left, right):
        return _AFTER
    for operators, hold in (
        (_RELATIONS, _BEFORE_RELATION), (_SUMS, _BEFORE_SUM), (_PRODUCTS, _BEFORE_PRODUCT),
    ):  # fmt: skip
        if right in operators and (right != "/" or _mathematical(left)):
            return hold
    if left.lstrip("−-+([{|").rsplit("·", 1)[-1] in _FUNCTIONS and _is_argument(right):
        return _AFTER
    if right.rstrip(".,;:)") == "%" and left[-1:].isdigit():
        return _AFTER
    return _IN_BRACKETS if bracketed else _LOOSE


def _is_operator(word: str, right: str) -> bool:
    if word == "/":
        return _mathematical(right)
    return word in _RELATIONS or word in _SUMS or word in _PRODUCTS


def _is_argument(word: str) -> bool:
    return _ARGUMENT.match(word.lstrip("−")) is not None and word.strip(_PUNCTUATION) not in _SMALL_WORDS | {"a"}


def _mathematical(word: str) -> bool:
    """Whether a word is a number, a sign or a short name rather than prose."""
    return word.strip(_PUNCTUATION) not in _SMALL_WORDS and _FUNCTIONS.issuperset(_WORD.findall(word))


def _in_brackets(words: list[str]) -> set[int]:
    """The spaces inside brackets that contain only mathematics, each by the index of the word before it."""
    found: set[int] = set()
    opened: list[int] = []
    for i, word in enumerate(words):
        for letter in word:
            if letter in _OPEN:
                opened.append(i)
            elif letter in _CLOSED and opened:
                first = opened.pop()
                if first < i and all(_mathematical(each) for each in words[first : i + 1]):
                    found.update(range(first, i))
    return found
