"""Simulated programs of learners: a right one with a single slip each, made by changing its syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_OTHER_OPERATOR: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
}  # fmt: skip
_OTHER_COMPARISON: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip


@dataclass(frozen=True)
class Slip:
    """A program with one slip: which kind, the changed line (from 1) and the program."""

    kind: str
    line: int
    source: str


Change = Callable[[ast.AST], ast.AST | None]
"""The node that stands for this one in a program with the slip; None where it does not apply."""


def _sign(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand
    return None


def _operator(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.BinOp) and type(node.op) in _OTHER_OPERATOR:
        return ast.BinOp(node.left, _OTHER_OPERATOR[type(node.op)](), node.right)
    return None


def _order(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Div | ast.MatMult):
        return ast.BinOp(node.right, node.op, node.left)
    return None


def _left_alone(node: ast.AST) -> ast.AST | None:
    return node.left if isinstance(node, ast.BinOp) else None


def _comparison(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _OTHER_COMPARISON:
        return ast.Compare(node.left, [_OTHER_COMPARISON[type(node.ops[0])](), *node.ops[1:]], node.comparators)
    return None


def _whole_number(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return ast.Constant(node.value + 1)
    return None


def _axis(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.keyword) and node.arg == "axis" and isinstance(node.value, ast.Constant):
        return ast.keyword("axis", ast.Constant(1 if node.value.value == 0 else 0))
    return None


def _no_transpose(node: ast.AST) -> ast.AST | None:
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else None


def _no_call(node: ast.AST) -> ast.AST | None:
    """Its argument in place of a function of one: the exponential, the mean or the square root forgotten."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.func, ast.Attribute):
        return node.args[0]
    return None


def _sum_for_mean(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.Attribute) and node.attr in ("mean", "sum"):
        return ast.Attribute(node.value, {"mean": "sum", "sum": "mean"}[node.attr], node.ctx)
    return None


KINDS: dict[str, Change] = {
    "a sign is left out": _sign,
    "the inverse operation": _operator,
    "the operands the other way round": _order,
    "the second operand is left out": _left_alone,
    "one comparison for another": _comparison,
    "another axis": _axis,
    "a whole number is one too large": _whole_number,
    "a transpose is left out": _no_transpose,
    "a function is left out": _no_call,
    "a sum for a mean, or a mean for a sum": _sum_for_mean,
}


def slips(source: str) -> Iterator[Slip]:
    """Each program that has one slip of one kind at one place, in the order of the kinds and of the places.

    Programs that read the same come once. Raises ``SyntaxError`` if the source is no program.
    """
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    for kind, change in KINDS.items():
        for place, node in enumerate(_nodes(tree)):
            if change(node) is None:
                continue
            changed = _changed(tree, place, change)
            text = ast.unparse(ast.fix_missing_locations(changed))
            if text not in seen:
                seen.add(text)
                yield Slip(kind, getattr(node, "lineno", 1), text + "\n")


def _nodes(tree: ast.AST) -> list[ast.AST]:
    return list(ast.walk(tree))


def _changed(tree: ast.Module, place: int, change: Change) -> ast.AST:
    """A copy of the tree with the change at the node of this number."""
    copied = copy.deepcopy(tree)
    wanted = _nodes(copied)[place]

    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if node is wanted:
                return change(node) or node
            return super().generic_visit(node)

    replaced: ast.AST = Replace().visit(copied)
    return replaced
