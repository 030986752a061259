"""Name a wrong number that no author foresaw: by how it relates to the right one, its terms and the numbers given.

A number that a right reasoner could reach by rounding on the way is only ever called rounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tutor.course.questions.given_numbers import GivenNumber
from tutor.course.questions.right_terms import RightSum
from tutor.language.catalogue import N_, _

ROUNDING = 0.05
"""The largest relative error of a right reasoner who rounds on the way to two significant digits."""
ROUNDING_OF_A_TERM = 0.01
"""The same in units of the sum's largest term: a sum that cancels keeps the error of its terms."""
MOST_NAMED = 2
"""How many causes of one wrong number are named; of more, a learner could use none."""
_LARGEST_COUNT = 1000
_OF_THE_GAP = 0.05


@dataclass(frozen=True)
class Slip:
    """The likely cause of a wrong number: its ``kind``, such as ``sign``, for the record, and a sentence."""

    kind: str
    say: str


@dataclass(frozen=True)
class Asked:
    """What a wrong number is compared with: the right one, its tolerance, the numbers in the question's text, and the
    sums that give the right one."""

    right: float
    tolerance: float
    given: tuple[GivenNumber, ...] = ()
    sums: tuple[RightSum, ...] = ()

    @property
    def is_count(self) -> bool:
        """Whether the right answer is a whole number, to be hit exactly."""
        return self.right == round(self.right) and self.tolerance < 0.5

    def could_be_rounding(self, number: float) -> bool:
        """Whether somebody who reasons rightly could get this number by rounding on the way."""
        if self.is_count and number == round(number):
            return False
        largest = max((abs(term.value) for terms in self.sums for term in terms), default=0.0)
        margin = max(self.tolerance, ROUNDING * abs(self.right), ROUNDING_OF_A_TERM * largest)
        return abs(number - self.right) <= margin


@dataclass(frozen=True)
class _Wrong:
    """A wrong number that a slip leads to; ``stretch``: how much the slip enlarges a small error of the right one."""

    value: float
    slip: Slip
    stretch: float = 1.0


def named(number: float, asked: Asked) -> Slip | None:
    """The cause of a wrong number; None if none is known. Two causes that give the same number are both named."""
    if is_coarse(number, asked):
        return Slip(
            "rounded",
            _("That is rounded too far: the answer has to be within {tolerance:g}.").format(tolerance=asked.tolerance),
        )
    if asked.could_be_rounding(number):
        return Slip("rounded", _("Close. Keep four digits on the way, and round only at the end."))
    found: dict[str, Slip] = {}
    for wrong in _wrong_numbers(asked):
        if _is_near(number, wrong, asked):
            found.setdefault(wrong.slip.kind, wrong.slip)
    if "given" in found:
        # A factor of a product stands in the question too: 5, where 5·6 is asked.
        found = {kind: slip for kind, slip in found.items() if not kind.startswith("factor")}
    first = list(found.values())[:MOST_NAMED]
    if not first:
        return None
    return Slip("+".join(slip.kind for slip in first), " Or: ".join(slip.say for slip in first))


def is_coarse(number: float, asked: Asked) -> bool:
    """Whether the number is the right one with fewer decimals than the tolerance needs."""
    return any(number == round(asked.right, decimals) for decimals in range(4)) and number != 0


def _is_near(number: float, wrong: _Wrong, asked: Asked) -> bool:
    gap = abs(wrong.value - asked.right)
    error = min(asked.tolerance * max(1.0, wrong.stretch), _OF_THE_GAP * gap, _OF_THE_GAP * abs(wrong.value))
    return abs(number - wrong.value) <= max(error, 1e-9 * max(1.0, abs(wrong.value)))


def _wrong_numbers(asked: Asked) -> Iterator[_Wrong]:
    """Every wrong number with a name, the most telling cause first."""
    right = asked.right
    if right:
        yield _Wrong(-right, Slip("sign", _("The size is right, the sign is not.")))
    yield from _of_terms(asked)
    for given in asked.given:
        yield _Wrong(
            given.value,
            Slip("given", _("{text} stands in the question; it is not yet the answer.").format(text=given.text)),
        )
    if 0 < right <= 1:
        yield _Wrong(100 * right, Slip("percentage", _("If you mean a percentage, type the % sign too.")), 100)
        yield _Wrong(1 - right, Slip("complement", _("That is 1 minus the answer: the share of the rest.")))
    if right and abs(right) != 1:
        yield _Wrong(1 / right, Slip("reciprocal", _("That is the reciprocal: divide the other way round.")), right**-2)
    if right:
        yield from _factors(asked)
    say = _("Off by exactly 1: is an end counted twice, or left out?") if asked.is_count else _(_OFF_BY_ONE)
    yield _Wrong(right + 1, Slip("off by one", say))
    yield _Wrong(right - 1, Slip("off by one", say))
    if right and not 0 < right <= 1:
        yield _Wrong(1 - right, Slip("complement", _("That is 1 minus the answer: nothing is taken from 1 here.")))


_OFF_BY_ONE = N_("Off by exactly 1: is a 1 added that does not belong, or one left out?")


def _of_terms(asked: Asked) -> Iterator[_Wrong]:
    for terms in asked.sums:
        for term in terms:
            if term.value:
                yield _Wrong(
                    asked.right - term.value,
                    Slip("missing term", _("A term is missing: {text}.").format(text=term.text)),
                )
                yield _Wrong(
                    asked.right - 2 * term.value,
                    Slip("sign of a term", _("A term has the wrong sign: {text}.").format(text=term.text)),
                )


def _factors(asked: Asked) -> Iterator[_Wrong]:
    said = {
        2.0: _("Off by a factor of 2: is something counted twice, or a half left out?"),
        10.0: _("Off by a factor of 10: look where the decimal point goes."),
        100.0: _("Off by a factor of 100: is a percentage taken for a share, or the other way round?"),
    }
    counts = {given.value for given in asked.given} | {float(len(terms)) for terms in asked.sums}
    for count in sorted(counts - set(said)):
        if count == round(count) and 2 < count <= _LARGEST_COUNT:
            said[count] = _(
                "Off by a factor of {count:g}: a sum where the mean is asked, or the other way round?"
            ).format(count=count)
    for factor, say in said.items():
        slip = Slip(f"factor {factor:g}", say)
        if factor != 100 or not 0 < asked.right <= 1:
            yield _Wrong(asked.right * factor, slip, factor)
        yield _Wrong(asked.right / factor, slip)
