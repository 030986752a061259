"""The engine's core can be read in an evening: what its own guide says of it."""

from __future__ import annotations

import ast
from pathlib import Path

import tutor.engine
from scripts.house import CORE, ROOT, code_lines, core_lines, imports, module_name


def test_lines_of_code_are_neither_blank_nor_comment_nor_docstring() -> None:
    assert code_lines('"""A docstring\n\nof three lines."""\n\n# why\nx = [\n    1,\n]  # end\n"""Of x."""\n') == 3


def test_the_core_for_dense_layers_is_under_a_thousand_lines() -> None:
    assert "under 1,000 lines" in str(ast.get_docstring(ast.parse(Path(tutor.engine.__file__).read_text("utf-8"))))
    assert core_lines() < 1000


def test_nothing_in_the_core_needs_the_folders_that_stand_on_it() -> None:
    files = {module_name(file): file for file in ROOT.rglob("*.py")}
    core = [ROOT / "engine" / f"{name}.py" for name in CORE]
    for file in (*core, *(ROOT / "engine").glob("*.py"), *(ROOT / "engine" / "operations").glob("*.py")):
        named = imports(file, file.read_text(encoding="utf-8"), set(files))
        assert not [name for name in named if name.startswith(("tutor.engine.fast", "tutor.engine.derivations"))]
