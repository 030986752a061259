"""A small parser and evaluator for arithmetic as people type it: 3*5 + 4, 1/(1+e^-2.5), -ln 0.2."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from tutor.course.questions.named_functions import CONSTANTS, FUNCTIONS, LISTS, NAMES
from tutor.course.questions.written_numbers import (
    has_groups,
    plain_characters,
    unfinished_number,
    value_of,
    whole_number,
)
from tutor.language.catalogue import _

LONGEST_TEXT = 200
"""Longer than the answer to any question of a lesson."""
DEEPEST = 40
"""Nested brackets and powers."""

_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.truediv,
}
_NAME = re.compile(r"log(?:10|2)(?!\d)|[^\W\d_]+")
_COMMA_AND_BLANK = re.compile(",(?: |$)")
_QUOTED = 24


class NotUnderstood(ValueError):
    """Text that is not arithmetic; the message is a sentence.

    ``offset`` is how far it was understood, in characters. ``unfinished`` is true if it is the beginning of arithmetic.
    """

    def __init__(self, message: str, offset: int, unfinished: bool = False) -> None:
        super().__init__(message)
        self.offset, self.unfinished = offset, unfinished


class NoResult(ValueError):
    """Arithmetic that has no result, such as 1/0; the message is a sentence."""


@dataclass(frozen=True)
class Notation:
    """One interpretation of notation that is ambiguous.

    ``point`` marks the decimals. ``log10``: log without a base is the logarithm to base 10, not the natural one. With
    ``wide`` a function without brackets takes the whole product after it: ln 1/2 is then ln(1/2).
    """

    point: str = "."
    log10: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Term:
    """An addend of a sum as it was written: its value, with the sign before it, and its text, without that sign."""

    value: float
    text: str


@dataclass(frozen=True)
class Result:
    """The value of a text in one notation. ``is_number``: it is a plain number. ``has_groups``: points or commas
    separate thousands. ``terms`` are the addends of the outermost sum; one if there is no sum."""

    value: float
    is_number: bool
    has_groups: bool
    terms: tuple[Term, ...] = ()


def evaluate(text: str, notation: Notation) -> Result:
    """The value of arithmetic.

    Operators are + − * / ^ (also · × ÷ **); a sign binds less than a power, so −2^2 is −4, and 2^3^2 is 2^9. % divides
    the product before it by 100. Names are those of ``NAMES``; log is natural unless the notation says
    otherwise. A function needs no brackets: ln 5. A leading = is ignored.

    Raises ``NotUnderstood`` if the text is not arithmetic, and ``NoResult`` if the result is not finite and real.
    """
    if len(text) > LONGEST_TEXT:
        raise NotUnderstood(
            _("an answer has at most {most} characters; this one has {count}").format(
                most=LONGEST_TEXT, count=len(text)
            ),
            0,
        )
    return _Parser(plain_characters(text), notation).result()


class _Parser:
    """Parses from left to right. A part without a value becomes nan, so that syntax errors after it come first."""

    def __init__(self, text: str, notation: Notation) -> None:
        self._text, self._notation = text, notation
        self._at = 0
        self._depth = 0
        self._in_list = False
        self._computed = self._has_groups = False
        self._no_result = ""
        self._terms: list[Term] = []

    def result(self) -> Result:
        self._take("=")
        value = self._sum(self._terms)
        if self._at < len(self._text):
            raise self._unexpected()
        if self._no_result:
            raise NoResult(self._no_result)
        return Result(value, not self._computed, self._has_groups, tuple(self._terms))

    # The grammar, from the lowest to the highest precedence

    def _sum(self, terms: list[Term] | None = None) -> float:
        """The value of a sum; its addends are appended to ``terms``."""
        value = self._term("+", terms)
        while sign := self._take("+", "-"):
            value = self._compute(_OPERATORS[sign], value, self._term(sign, terms))
        return value

    def _term(self, sign: str, terms: list[Term] | None) -> float:
        start = self._at
        value = self._product()
        if terms is not None:
            terms.append(Term(-value if sign == "-" else value, self._text[start : self._at].strip()))
        return value

    def _product(self) -> float:
        value = self._signed()
        while sign := self._take("*", "/", "%"):
            value = self._compute(_OPERATORS[sign], value, 100.0 if sign == "%" else self._signed())
        return value

    def _signed(self) -> float:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotUnderstood(
                _("at most {most} brackets and powers may stand inside each other").format(most=DEEPEST), self._at
            )
        sign = self._take("+", "-")
        value = self._power()
        self._depth -= 1
        return -value if sign == "-" else value

    def _power(self) -> float:
        base = self._operand()
        if not self._take("^"):
            return base
        return self._compute(math.pow, base, self._signed())

    def _operand(self) -> float:
        self._skip_blank()
        if self._at == len(self._text):
            raise NotUnderstood(
                _("a number is missing after {before!r}").format(before=self._before()), self._at, unfinished=True
            )
        if self._take("("):
            value = self._sum()
            self._close()
            return value
        name = _NAME.match(self._text, self._at)
        return self._named(name[0]) if name else self._number()

    def _number(self) -> float:
        point, end = self._notation.point, len(self._text)
        match = whole_number(point, self._in_list).match(self._text, self._at)
        if match is None or match.end() < end:
            if unfinished_number(point, self._in_list).fullmatch(self._text, self._at):
                raise NotUnderstood(
                    _("{text!r} is not a number").format(text=self._text[self._at :]), self._at, unfinished=True
                )
            if match is None:
                raise self._unexpected()
        self._at = match.end()
        self._has_groups = self._has_groups or has_groups(match[0], point)
        value = value_of(match[0], point)
        if not math.isfinite(value):
            self._note(_("{number} is too large").format(number=match[0][:_QUOTED]))
        return value

    def _named(self, name: str) -> float:
        if name not in NAMES:
            at_end = self._at + len(name) == len(self._text)
            begins = at_end and any(known.startswith(name) for known in NAMES)
            known = _("there is no {name!r}; there are {names}").format(name=name[:_QUOTED], names=", ".join(NAMES))
            why = known if self._before() else _("{name!r} is not understood").format(name=name[:_QUOTED])
            raise NotUnderstood(why, self._at, unfinished=begins)
        self._at += len(name)
        if name in CONSTANTS:
            self._computed = True
            return CONSTANTS[name]
        if name in LISTS:
            return self._list(name)
        function = math.log10 if name == "log" and self._notation.log10 else FUNCTIONS[name]
        if self._take("("):
            argument = self._sum()
            self._close()
        else:
            argument = self._product() if self._notation.wide else self._signed()
        shown = f"{argument:.6g}".replace("-", "−")
        return self._compute(function, argument, what=_("{name} of {shown}").format(name=name, shown=shown))

    def _list(self, name: str) -> float:
        if not self._take("("):
            at_end = self._at == len(self._text)
            raise NotUnderstood(
                _("{name} is written with brackets, as in {name}(0; 2.5)").format(name=name), self._at, at_end
            )
        outside, self._in_list = self._in_list, True
        numbers = [self._sum()]
        separator = self._separator(";", ",")
        while separator and (len(numbers) == 1 or self._separator(separator)):
            numbers.append(self._sum())
        if len(numbers) < 2 and self._at < len(self._text):
            raise NotUnderstood(
                _("{name} takes two numbers or more, with a semicolon between them").format(name=name), self._at
            )
        self._close()
        self._in_list = outside
        return self._compute(LISTS[name], *numbers)

    # Reading on

    def _separator(self, *signs: str) -> str:
        if self._notation.point == "," and not _COMMA_AND_BLANK.match(self._text, self._at):
            # If a comma marks the decimals, a comma that separates two numbers is followed by a blank.
            signs = tuple(sign for sign in signs if sign != ",")
        return self._take(*signs)

    def _skip_blank(self) -> None:
        if self._text.startswith(" ", self._at):
            self._at += 1

    def _take(self, *signs: str) -> str:
        """Consume and return the next sign if it is one of these, else return an empty string."""
        self._skip_blank()
        for sign in signs:
            if self._text.startswith(sign, self._at):
                self._at += len(sign)
                return sign
        return ""

    def _close(self) -> None:
        if self._take(")"):
            return
        if self._at == len(self._text):
            raise NotUnderstood(_("a bracket is not closed"), self._at, unfinished=True)
        raise self._unexpected()

    def _unexpected(self) -> NotUnderstood:
        before, piece = self._before(), self._text[self._at :].strip()[:_QUOTED]
        if not before:
            return NotUnderstood(_("{piece!r} is not understood").format(piece=piece), self._at)
        name = _NAME.match(piece)
        is_operand = name[0] in (*NAMES, "x") if name else piece[0].isdecimal() or piece[0] == "("
        if is_operand and (before[-1].isalnum() or before[-1] == ")"):
            return NotUnderstood(
                _("an operator, such as *, is missing between {before!r} and {piece!r}").format(
                    before=before, piece=piece
                ),
                self._at,
            )
        return NotUnderstood(
            _("{piece!r} is not understood after {before!r}").format(piece=piece, before=before), self._at
        )

    def _before(self) -> str:
        return self._text[: self._at].strip()[-_QUOTED:]

    # Values

    def _note(self, why: str) -> None:
        self._no_result = self._no_result or why

    def _compute(self, operation: Callable[..., float], *numbers: float, what: str = "this power") -> float:
        self._computed = True
        try:
            value = operation(*numbers)
        except OverflowError:
            value = math.inf
        except ZeroDivisionError:
            self._note(_("nothing can be divided by 0"))
            return math.nan
        except ValueError:
            self._note(_("{what} has no real value").format(what=what))
            return math.nan
        if math.isinf(value):
            self._note(_("the result is too large"))
        return value
