"""An environment for child processes in which some modules cannot be imported, in their own children neither."""

from __future__ import annotations

import os
from pathlib import Path

_HIDE = """
for name in {names!r}:
    sys.modules[name] = None
"""


def environment_without(folder: Path, *names: str, prepared: str = "") -> dict[str, str]:
    """The variables for such children. ``folder`` takes what hides the modules; ``prepared`` is run there first."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text("import sys\n" + prepared + _HIDE.format(names=names), encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(folder)}
