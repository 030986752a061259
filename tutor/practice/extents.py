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


def _value(node: ast.expr, sizes: Mapping[str, int]) -> int:
    match node:
        case ast.Name(id=name):
            return sizes[name]
        case ast.Constant(value=int(number)):
            return number
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
            return int(_SIGNS[type(sign)](_value(left, sizes), _value(right, sizes)))
    raise ValueError(f"{ast.unparse(node)!r} is no arithmetic on sizes; it has names, numbers and + - * //")
