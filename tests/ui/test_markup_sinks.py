"""No text can become markup: the source of the interface, call by call.

Textual reads what it is given as markup unless told otherwise, and markup can run actions. A name of a file, a label, a
lesson's text or a learner's answer may stand in any variable, so every widget that could read markup is told not to.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tutor.ui

ROOM = Path(tutor.ui.__file__).parent
TOLD = {"Static", "Label", "OptionList"}
"""Widgets that have to be made with ``markup=False``; so have those that are made of them."""
UNEXAMINED = {
    "Button", "Checkbox", "Collapsible", "DataTable", "Digits", "Footer", "Header", "Link", "ListView",
    "MarkdownViewer",
    "RadioButton", "RadioSet", "Select", "SelectionList", "Tab", "TabPane", "TabbedContent", "Tabs", "Toast", "Tooltip",
    "Tree",
}  # fmt: skip
"""Widgets that nobody has looked at yet; whoever needs one adds here what makes it safe."""
FORBIDDEN = {"from_markup", "from_text", "render_markup", "to_content"}
TITLES = {"border_title", "border_subtitle", "tooltip", "title", "sub_title"}


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_plain(node: ast.expr, within: ast.AST) -> bool:
    """Whether this is a constant without markup, or a ``Content``, which is never read again."""
    match node:
        case ast.Constant(value=str(text)):
            return "[" not in text
        case ast.Constant(value=None):
            return True
        case ast.IfExp(body=body, orelse=orelse):
            return is_plain(body, within) and is_plain(orelse, within)
        case ast.Call(func=ast.Name(id="Content") | ast.Attribute(value=ast.Name(id="Content"), attr=_) as func):
            return name_of(func) not in FORBIDDEN
        case ast.Name(id=name):
            given = [n.value for n in ast.walk(within) if isinstance(n, ast.Assign) and name in map(name_of, n.targets)]
            return bool(given) and all(is_plain(value, within) for value in given if value is not node)
    return False


def is_told(node: ast.AST) -> bool:
    """Whether this is a call with ``markup=False``."""
    flags = [k.value for k in node.keywords if k.arg == "markup"] if isinstance(node, ast.Call) else []
    return any(isinstance(flag, ast.Constant) and flag.value is False for flag in flags)


def says_so(node: ast.AST) -> bool:
    """Whether this is ``super().__init__(…, markup=False)``."""
    return is_told(node) and isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__"


def faults(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    made = [c for c in ast.walk(tree) if isinstance(c, ast.ClassDef) and TOLD & set(map(name_of, c.bases))]
    told = TOLD | {c.name for c in made if not any(map(says_so, ast.walk(c)))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from faults_of_call(node, told)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from faults_of_function(node)


def faults_of_call(call: ast.Call, told: set[str]) -> Iterator[str]:
    name, given = name_of(call.func), {k.arg: k.value for k in call.keywords}
    if name in told and not is_told(call):
        yield f"{call.lineno}: {name} without markup=False"
    if name in UNEXAMINED:
        yield f"{call.lineno}: {name} has not been examined"
    if name in FORBIDDEN:
        yield f"{call.lineno}: {name} reads markup"
    if name in ("Input", "TextArea") and not isinstance(given.get("placeholder", ast.Constant("")), ast.Constant):
        yield f"{call.lineno}: a placeholder that is no constant"


def faults_of_function(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            titles = TITLES & {target.attr for target in node.targets if isinstance(target, ast.Attribute)}
            if titles and not is_plain(node.value, function):
                yield f"{node.lineno}: a title that may be read as markup"
        returned = node.value if isinstance(node, ast.Return) and function.name == "render" else None
        if isinstance(returned, ast.JoinedStr | ast.Constant):
            yield f"{node.lineno}: what render returns is read as markup"


@pytest.mark.parametrize("file", sorted(ROOM.rglob("*.py")), ids=lambda file: str(file.relative_to(ROOM)))
def test_the_interface(file: Path) -> None:
    assert list(faults(file.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        "Static(name)", "Static(f'{name}')", "Label(self.text)", "Static(Content(name))", "OptionList(id='x')",
        "class Mine(OptionList): pass\nMine()", "Button('a')", "Content.from_markup(x)", "Text.from_markup(x)",
        "def f(self, name):\n    self.border_title = name", "def f(self):\n    self.border_title = f'{self.name}'",
        "def f(self):\n    box.border_title = self.name", "def f(self):\n    box.tooltip = str(self.x)",
        "def f(self):\n    a = Content(x)\n    a = x\n    box.border_title = a",
        "def render(self):\n    return f'{self.name}'", "Input(placeholder=name)", "Static(name, markup=True)",
    ],
)  # fmt: skip
def test_each_rule_can_fail(source: str) -> None:
    assert len(list(faults(source))) == 1


def test_what_is_safe_passes() -> None:
    safe = """
def f(self, name):
    Static(name, markup=False)
    OptionList(Option(name), markup=False)
    told = Content(name)
    box.border_title = told if name else "Help"
    box.border_subtitle = Content.assemble((name, "bold"))
    self.notify(name)
"""
    assert list(faults(safe)) == []
