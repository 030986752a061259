"""Generic slips made in a program that is right: a sign flipped, a range one too short, a term left out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any

from tutor.practice.exercise import Exercise

_TWINS: dict[str, str] = {
    "sum": "mean", "mean": "sum", "max": "min", "min": "max", "maximum": "minimum", "minimum": "maximum",
    "argmax": "argmin", "argmin": "argmax", "zeros": "ones", "sin": "cos", "cos": "sin", "log": "log2",
}  # fmt: skip
_WRAPPERS = {"sqrt", "exp", "log", "abs", "square", "tanh"}
_OTHER_SIGN: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
_OTHER_FACTOR: dict[type[ast.operator], type[ast.operator]] = {ast.Mult: ast.Div, ast.Div: ast.Mult}
_OTHER_END: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
_OTHER_WAY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE,
}  # fmt: skip


@dataclass(frozen=True)
class ProgramSlip:
    """A program with one slip: what kind, on which line of the right program, from 1, and the whole program."""

    rule: str
    line: int
    source: str


def program_slips(exercise: Exercise) -> list[ProgramSlip]:
    """The slips of both solutions, always the same: each kind at each place that it fits.

    Two that are the same program are one; what a bug of the exercise already is, is left out.
    """
    declared = (bug.applied(exercise.solution) or "" for bug in exercise.bugs)
    seen = {_normal(source) for source in (exercise.solution, exercise.another, *declared)}
    slips: list[ProgramSlip] = []
    for tree in (ast.parse(exercise.solution), ast.parse(exercise.another)):
        for slip in _slips_of(tree):
            if slip.source not in seen:
                seen.add(slip.source)
                slips.append(slip)
    return slips


def _slips_of(tree: ast.Module) -> Iterator[ProgramSlip]:
    for at, node in enumerate(ast.walk(tree)):
        for rule, change in _changes(node):
            changed = deepcopy(tree)
            place = list(ast.walk(changed))[at]
            source = ast.unparse(_Replaced(place, change(place)).visit(changed)) + "\n"
            yield ProgramSlip(rule, getattr(node, "lineno", 1), source)


def renamed(source: str) -> str:
    """The same program with other names for its local variables, as another learner would write it."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = [each for function in functions for node in function.body for each in ast.walk(node)]
    stored = {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    kept = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} | {each.name for each in functions}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in stored - kept:
            node.id = f"my_{node.id}"
    return ast.unparse(tree) + "\n"


_Change = Callable[[Any], ast.AST]


def _changes(node: ast.AST) -> Iterator[tuple[str, _Change]]:
    """The slips that can be made at this node: each takes the node of a copy, and gives what stands there instead."""
    match node:
        case ast.BinOp():
            yield from _of_operator(node)
        case ast.UnaryOp(op=ast.USub()):
            yield "a sign left out", lambda copy: copy.operand
        case ast.Compare(ops=[op]) if type(op) in _OTHER_END:
            yield "< for <=", lambda copy: _with(copy, ops=[_OTHER_END[type(op)]()])
            yield "the other direction", lambda copy: _with(copy, ops=[_OTHER_WAY[type(op)]()])
        case ast.Subscript(slice=ast.Constant(value=int(index))) if not isinstance(node.ctx, ast.Store):
            yield "a place off by one", lambda copy: _with(copy, slice=ast.Constant(index + 1))
        case ast.Slice(upper=ast.expr()):
            yield "a slice one too short", lambda copy: _with(copy, upper=_minus_one(copy.upper))
        case ast.Attribute(attr="T"):
            yield "no transpose", lambda copy: copy.value
        case ast.Call():
            yield from _of_call(node)


def _of_operator(node: ast.BinOp) -> Iterator[tuple[str, _Change]]:
    kind = type(node.op)
    if kind in _OTHER_SIGN:
        yield "the other sign", lambda copy: _with(copy, op=_OTHER_SIGN[kind]())
        yield "a term left out", lambda copy: copy.left
    if kind is ast.Add:
        yield "a term left out", lambda copy: copy.right
    if kind in _OTHER_FACTOR:
        yield "divided for multiplied", lambda copy: _with(copy, op=_OTHER_FACTOR[kind]())
    if kind in (ast.Mult, ast.Div, ast.FloorDiv):
        yield "a factor left out", lambda copy: copy.left
    if kind is ast.Mult:
        yield "a factor left out", lambda copy: copy.right
    if kind is ast.Pow:
        yield "no power", lambda copy: copy.left
    if kind is ast.MatMult:
        yield "a product the other way round", lambda copy: _with(copy, left=copy.right, right=copy.left)
        yield "* for @", lambda copy: _with(copy, op=ast.Mult())


def _of_call(node: ast.Call) -> Iterator[tuple[str, _Change]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name == "range" and node.args:
        end = 0 if len(node.args) == 1 else 1
        yield "a range one too short", lambda copy: _with_argument(copy, end, _minus_one(copy.args[end]))
        if end == 0:
            yield "a range from 1", lambda copy: _with(copy, args=[ast.Constant(1), *copy.args])
    if name in _TWINS:
        yield f"{_TWINS[name]} for {name}", lambda copy: _with(copy, func=_named(copy.func, _TWINS[name]))
    if name in _WRAPPERS and len(node.args) == 1:
        yield f"no {name}", lambda copy: copy.args[0]
    if name == "where" and len(node.args) == 3:
        yield "where the other way round", lambda copy: _with(copy, args=[copy.args[0], copy.args[2], copy.args[1]])
    for at, keyword in enumerate(node.keywords):
        if keyword.arg == "axis" and isinstance(keyword.value, ast.Constant):
            yield "the other axis", partial(_with_keyword, at=at, value=1 if keyword.value.value == 0 else 0)
        if keyword.arg is not None:
            yield f"no {keyword.arg}=", partial(_without_keyword, at=at)


def _with(node: ast.AST, **changed: object) -> ast.AST:
    for name, value in changed.items():
        setattr(node, name, value)
    return node


def _with_argument(call: ast.Call, at: int, value: ast.expr) -> ast.Call:
    call.args[at] = value
    return call


def _with_keyword(call: ast.Call, at: int, value: int) -> ast.Call:
    call.keywords[at].value = ast.Constant(value)
    return call


def _without_keyword(call: ast.Call, at: int) -> ast.Call:
    del call.keywords[at]
    return call


def _named(function: ast.expr, name: str) -> ast.expr:
    """The same function under this name, of an array, a module or by itself."""
    return (
        ast.Attribute(function.value, name, function.ctx)
        if isinstance(function, ast.Attribute)
        else ast.Name(name, ast.Load())
    )


def _minus_one(value: ast.expr) -> ast.expr:
    return ast.BinOp(value, ast.Sub(), ast.Constant(1))


def _normal(source: str) -> str:
    return ast.unparse(ast.parse(source)) + "\n"


class _Replaced(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else super().generic_visit(node)
