"""The forms in which an exercise is met, with less help each time: a solution to complete, a bug to find, an empty
function to write. All of them come from the solution and the known bugs.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from tutor.language.catalogue import N_, _
from tutor.practice.exercise import Bug, Exercise
from tutor.practice.verdict import Verdict

FormName = Literal["complete", "find", "write"]
FORMS: tuple[FormName, ...] = ("complete", "find", "write")
"""The most help first."""
FORM_TITLES: dict[FormName, str] = {"complete": N_("complete it"), "find": N_("find the bug"), "write": N_("write it")}


@dataclass(frozen=True)
class Form:
    """One form: the file to begin with, and for ``find`` the bug that is in it and its lines, from 1."""

    name: FormName
    task: str
    source: str
    bug: Bug | None = None
    lines: frozenset[int] = frozenset()

    @property
    def kept_as(self) -> str:
        """The name under which what is written in it is kept; with more left out, it is another file to complete."""
        return f"{self.name} {self.source.count('...')}" if self.name == "complete" else self.name


def form_of(exercise: Exercise, name: FormName, missing: int = 1, bug: int = 0) -> Form:
    """The exercise in this form: with ``missing`` statements left out, or with the bug of that index in it."""
    match name:
        case "complete":
            source, count = completed_but(exercise, missing)
            lines = _("a line is missing") if count == 1 else _("{count} lines are missing").format(count=count)
            where = "the" if count == 1 else "each"
            task = _("The function is written, but {lines}: write what belongs in place of {where} ... .").format(
                lines=lines, where=where
            )
            return Form(name, task, source)
        case "find":
            chosen = exercise.bugs[bug % len(exercise.bugs)]
            source = chosen.applied(exercise.solution) or exercise.solution
            task = _("This function has a bug. Find its line, then mend it.")
            return Form(name, task, source, chosen, changed_lines(exercise.solution, source))
        case "write":
            return Form(name, "", exercise.start)


def unchanged_verdict(form: Form, source: str) -> Verdict | None:
    """The verdict on a function with a bug to find that is still as it was given: running it would name the bug."""
    if form.name != "find" or source.strip() != form.source.strip():
        return None
    return Verdict("wrong", _("Nothing is changed yet. Find the line with the bug, and mend it."))


def point_at(form: Form, line: int) -> tuple[bool, str]:
    """Whether the bug to find is in this line of the file as it was given, from 1, and a sentence that says so."""
    last = len(form.source.splitlines())
    if not 1 <= line <= last:
        return False, _("There is no line {line}; the lines are 1 to {last}.").format(line=line, last=last)
    if line in form.lines:
        return True, _("Yes, it is in line {line}.").format(line=line)
    return False, _("Line {line} is right.").format(line=line)


def numbered_lines(source: str) -> list[str]:
    """The lines of a program after their numbers, for whoever points at one."""
    lines = source.rstrip().splitlines()
    wide = len(str(len(lines)))
    return [f"{number:{wide}}  {line}".rstrip() for number, line in enumerate(lines, start=1)]


def decisive_statements(exercise: Exercise) -> list[ast.stmt]:
    """The statements of the solution in which its bugs lie, those with the most bugs first."""
    counts: dict[int, int] = {}
    statements = _statements(ast.parse(exercise.solution))
    for bug in exercise.bugs:
        for old, __ in bug.replacements:
            first = exercise.solution[: exercise.solution.index(old)].count("\n") + 1
            for number, statement in enumerate(statements):
                if first <= (statement.end_lineno or 0) and statement.lineno <= first + old.count("\n"):
                    counts[number] = counts.get(number, 0) + 1
    return [statements[number] for number in sorted(counts, key=lambda n: (-counts[n], n))]


def completed_but(exercise: Exercise, missing: int) -> tuple[str, int]:
    """The solution with ``...`` in place of its decisive statements, and how many: as many as asked, if there are."""
    lines = exercise.solution.splitlines()
    taken = decisive_statements(exercise)[: max(1, missing)]
    for statement in sorted(taken, key=lambda s: -s.lineno):
        indent = " " * statement.col_offset
        match statement:
            case ast.Return():
                left = f"{indent}return ..."
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
                left = f"{indent}{ast.unparse(target)} = ..."
            case _:
                left = f"{indent}..."
        lines[statement.lineno - 1 : statement.end_lineno] = [left]
    return "\n".join(lines) + "\n", len(taken)


def changed_lines(source: str, other: str) -> frozenset[int]:
    """The lines of ``other`` that are not those of ``source``, from 1; where lines are only left out, those around."""
    import difflib

    found: set[int] = set()
    for kind, __, __, start, end in difflib.SequenceMatcher(
        None, source.splitlines(), other.splitlines()
    ).get_opcodes():
        if kind == "delete":
            found |= {max(1, start), start + 1}
        elif kind != "equal":
            found |= set(range(start + 1, end + 1))
    return frozenset(found)


def _statements(tree: ast.Module) -> list[ast.stmt]:
    """The simple statements within functions."""
    inside = [
        node for function in ast.walk(tree) if isinstance(function, ast.FunctionDef) for node in ast.walk(function)
    ]
    simple = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)
    found = {node.lineno: node for node in inside if isinstance(node, simple)}
    return [found[line] for line in sorted(found)]
