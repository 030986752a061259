"""What the project's own files say of it agrees."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import tutor

ROOT = Path(__file__).parents[2]


def test_one_version_name_and_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = dict(re.findall(r"^([a-z-]+): (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE))
    assert citation["title"] == project["name"]
    assert citation["version"] == project["version"] == tutor.__version__
    assert citation["license"] == project["license"]
    assert citation["abstract"].rstrip(".") == project["description"]
