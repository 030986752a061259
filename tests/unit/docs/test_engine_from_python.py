"""The page on the engine from Python: its code runs as it stands, and does what the page says."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PAGE = Path(__file__).parents[3] / "docs" / "engine-from-python.md"


def run_page() -> dict[str, Any]:
    """All that the page's code defines, run from the first block to the last."""
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S):
        exec(compile(block, PAGE.name, "exec"), names)
    return names


def test_the_page_trains_xor_and_says_where_a_gradient_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    names = run_page()
    assert names["trainer"].backend.predict(names["x"]).argmax(axis=1).tolist() == [0, 1, 1, 0]
    assert names["epochs"][-1].loss < 0.05
    # The gradient of a Dense kernel is inputs times the gradient of z, summed over the rows.
    arrays, cell = names["trace"].arrays, names["cell"]
    assert cell.value == pytest.approx(np.dot(arrays["dense.out"][:, 0], arrays["grad:dense_1.z"][:, 1]), rel=1e-12)
    assert cell.formula in capsys.readouterr().out


def test_every_name_of_the_table_is_there() -> None:
    rows = re.findall(r"^\| `(tutor[.\w]+)` \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert len(rows) >= 6
    for module, names in rows:
        for name in re.findall(r"`([\w.]+)`", names):
            if name.startswith("tutor."):
                import_module(name)
            elif "." in name and not name.startswith("."):
                inner, _, attribute = name.rpartition(".")
                assert hasattr(import_module(f"{module}.{inner}"), attribute), name
            elif not name.startswith("."):
                assert hasattr(import_module(module), name), name
