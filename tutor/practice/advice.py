"""What to do about an exception, where the message of NumPy or Python names a rule and not the slip."""

from __future__ import annotations

import re

from tutor.language.catalogue import N_, _

_PRODUCT = N_(
    "@ and np.dot multiply rows by columns: a row on the left has {left} numbers, and a column on the right {right}. "
    "Both must be the same. Is the order right, or is a .T missing?"
)
_ADVICE: tuple[tuple[str, str], ...] = (
    (r"only integers, slices", N_("an index has to be a whole number. 7 / 5 is 1.4; 7 // 5 is 1.")),
    (
        r"The truth value of an array",
        N_(
            "if, and, or and max need one yes or no, and this is an array of them. For all numbers at once there are "
            "np.where, &, | and np.maximum; a loop takes one number at a time."
        ),
    ),
    (r".*(for \^:|'bitwise_xor')", N_("^ is no power in Python: a squared is a ** 2.")),
    (
        r"Cannot interpret '.*' as a data type",
        N_("a shape with several sizes has brackets of its own: np.zeros((3, 2))."),
    ),
    (
        r"only (length-1|size-1|0-dimensional) arrays can be converted",
        N_("the functions of math, and float and int, take one number. For an array there are np.exp and np.log."),
    ),
    (r"math range error", N_("the result is too large for a float. math.exp stops there; np.exp gives inf.")),
    (r"matmul: .*\(size (?P<right>\d+) is different from (?P<left>\d+)\)", _PRODUCT),
    (r"shapes .* not aligned: (?P<left>\d+) \(dim \d+\) != (?P<right>\d+) \(dim", _PRODUCT),
    (
        r"index (?P<index>-?\d+) is out of bounds for axis (?P<axis>\d+) with size (?P<size>[1-9]\d*)",
        N_(
            "there is no place {index} on axis {axis}, which has {size}, counted from 0. The first number in the "
            "brackets belongs to axis 0."
        ),
    ),
    (
        r"'numpy.ndarray' object is not callable",
        N_(
            "round brackets after a name call a function. A place in an array has square ones, x[0], and a product "
            "its *."
        ),
    ),
    (
        r"list indices must be integers or slices, not tuple",
        N_("x[i, j] is for arrays. A list of lists has x[i][j]; np.array makes an array of it."),
    ),
    (
        r"unsupported operand type\(s\) for .*'list'|can't multiply sequence by non-int",
        N_("a list does not compute number by number. np.array makes an array of it."),
    ),
    (r"name 'np' is not defined", N_("np is not known here. The file begins with import numpy as np.")),
)
_BROADCAST = re.compile(r".*could not be broadcast together with shapes (\(.*?\)) (\(.*?\))")


def advice(message: str) -> str:
    """A sentence in place of this message; empty if the message itself says enough."""
    for pattern, sentence in _ADVICE:
        if found := re.match(pattern, message):
            return _(sentence).format(**found.groupdict())
    if shapes := _BROADCAST.match(message):
        return _not_together(*shapes.groups())
    return ""


def _not_together(one: str, other: str) -> str:
    axes = [len(each.strip("(),").split(",")) for each in (one, other)]
    column = _(" keepdims=True keeps the axis of a sum, and x[:, None] makes a column of x.")
    return _(
        "the shapes {one} and {other} do not go together. Axes are matched from the last one, and each pair must be "
        "the same, or one of it 1."
    ).format(one=one, other=other) + (column if axes[0] != axes[1] else "")
