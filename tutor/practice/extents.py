"""The length of an axis as an exercise writes it: a number, a size, or arithmetic on sizes such as ``(h-k)//2+1``."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping

_SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv}


def extent(text: int | str, sizes: Mapping[str, int]) -> int:
    """The length. Raises ``ValueError`` for what is no such arithmetic, ``KeyError`` for an unknown size."""
    if isinstance(text, int):
        return text
    try:
        return _value(ast.parse(text, mode="eval").body, sizes)
    except (SyntaxError, ZeroDivisionError, RecursionError) as error:
        raise ValueError(f"{text!r} is no arithmetic on sizes: {error}") from None


def extents(text: int | str, sizes: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """The least and the greatest length, at most, where each size lies between its two.

    Raises ``ValueError`` for what is no such arithmetic, or may divide by 0.
    """
    if isinstance(text, int):
        return text, text
    try:
        return _bounds(ast.parse(text, mode="eval").body, sizes)
    except (SyntaxError, RecursionError, KeyError) as error:
        raise ValueError(f"{text!r} is no arithmetic on sizes: {error}") from None


def _bounds(node: ast.expr, sizes: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    match node:
        case ast.Name(id=name):
            return sizes[name]
        case ast.Constant(value=int(number)):
            return int(number), int(number)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
            ends, others = _bounds(left, sizes), _bounds(right, sizes)
            if isinstance(sign, ast.FloorDiv) and others[0] <= 0 <= others[1]:
                raise ValueError(f"{ast.unparse(node)!r} may divide by 0")
            # Each of the four is monotonic in both of its sides.
            reached = [int(_SIGNS[type(sign)](a, b)) for a in ends for b in others]
            return min(reached), max(reached)
    raise ValueError(f"{ast.unparse(node)!r} is no arithmetic on sizes; it has names, numbers and + - * //")


def _value(node: ast.expr, sizes: Mapping[str, int]) -> int:
    match node:
        case ast.Name(id=name):
            return sizes[name]
        case ast.Constant(value=int(number)):
            return number
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
            return int(_SIGNS[type(sign)](_value(left, sizes), _value(right, sizes)))
    raise ValueError(f"{ast.unparse(node)!r} is no arithmetic on sizes; it has names, numbers and + - * //")
