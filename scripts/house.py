"""Code metrics that should not get worse from change to change: ``python -m scripts.house``.

How often a lab names its own readouts, how many lines the labs are, the largest file, hand-written derivations that are
left, files in an import circle, folders that hold too much to be seen at a glance.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tutor.labs.catalog import lab_class, lab_ids

ROOT = Path(__file__).parent.parent / "tutor"
MOST_LINES = 200
# The limits of ``--check``.
MOST_MENTIONS, MOST_BY_HAND, LONGEST_FILE, MOST_CORE_LINES, MOST_FILES = 2.5, 45, 520, 999, 24


# The part of the engine that a network of Dense layers needs: ``tutor/engine/__init__.py``, 1 to 4.
CORE = (
    *("layers", "initializers", "spec", "parameters", "activations", "losses", "objective", "network"),
    *(f"operations/{name}" for name in ("contract", "table", "weighted", "pointwise")),
)
_NO_CODE = frozenset({
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
})  # fmt: skip


def code_lines(text: str) -> int:
    """The number of code lines in a Python file: neither blank, even within a text, nor comment nor docstring."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines - {number for number, line in enumerate(text.splitlines(), start=1) if not line.strip()})


def core_lines() -> int:
    """The number of code lines in the engine's core."""
    return sum(code_lines((ROOT / "engine" / f"{name}.py").read_text(encoding="utf-8")) for name in CORE)


def sources() -> Iterator[tuple[Path, str]]:
    """Every Python file of the package, and its text."""
    for file in sorted(ROOT.rglob("*.py")):
        yield file, file.read_text(encoding="utf-8")


def mentions() -> list[tuple[float, str]]:
    """How often a lab names one of its readouts as a string, on average over its readouts, for each lab."""
    found = []
    for lab_id in lab_ids():
        kind = lab_class(lab_id)
        names = kind().readout_names()
        text = Path(str(sys.modules[kind.__module__].__file__)).read_text(encoding="utf-8")
        found.append((sum(text.count(f'"{name}"') for name in names) / len(names), lab_id))
    return sorted(found, reverse=True)


def imports(file: Path, text: str, known: set[str]) -> set[str]:
    """The modules of the package that a file imports, including those only for types and those within functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            # Importing modules of a folder needs nothing of its ``__init__``.
            found |= (names if names <= known else {node.module, *names}) & known
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & known
    return found - {module_name(file)}


def module_name(file: Path) -> str:
    """The name under which a file is imported."""
    parts = file.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The groups of modules that reach each other (Tarjan's strongly connected components of more than one)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        order[module] = low[module] = len(order)
        stack.append(module)
        for other in sorted(graph[module]):
            if other not in order:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], order[other])
        if low[module] == order[module]:
            group = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(group) > 1:
                found.append(sorted(group))

    for module in sorted(graph):
        if module not in order:
            visit(module)
    return found


def main() -> int:
    """Print the metrics; with ``--check`` the exit status is 1 if one is over its limit."""
    texts = dict(sources())
    known = {module_name(file) for file in texts}
    labs = [(file, text) for file, text in texts.items() if "labs" in file.parts]
    over: list[str] = []

    def limited(what: str, figure: float, most: float) -> None:
        print(f"{what}: {figure:,.4g} (at most {most:,})")
        if figure > most:
            over.append(what)

    named = mentions()
    limited("mentions of a readout in its lab, on average", sum(n for n, _ in named) / len(named), MOST_MENTIONS)
    print("    " + ", ".join(f"{lab_id} {number:.2f}" for number, lab_id in named))
    print(f"lines under labs/: {sum(text.count(chr(10)) for _, text in labs):,}")
    by_hand = sum(len(re.findall(r"lambda n\b", text)) for _, text in labs)
    limited("derivations in labs/ written by hand (lambda n)", by_hand, MOST_BY_HAND)
    longest = sorted(((text.count("\n"), file) for file, text in texts.items()), reverse=True)
    print(f"files of more than {MOST_LINES} lines: {sum(lines > MOST_LINES for lines, _ in longest)} of {len(longest)}")
    limited(f"lines of the longest file, {longest[0][1].relative_to(ROOT.parent)}", longest[0][0], LONGEST_FILE)
    limited("lines of code in the engine's core", core_lines(), MOST_CORE_LINES)
    groups = circles({module_name(file): imports(file, text, known) for file, text in texts.items()})
    limited("files in an import circle", sum(map(len, groups)), 0)
    for group in groups:
        print(f"    {', '.join(group)}")
    folders = Counter(file.parent for file in texts if file.name != "__init__.py")
    (fullest, count), *_ = folders.most_common(1)
    limited(f"files in the fullest folder, {fullest.relative_to(ROOT.parent)}", count, MOST_FILES)
    if over and "--check" in sys.argv:
        print(f"over the limit: {'; '.join(over)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
