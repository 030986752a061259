"""An environment for child processes in which some modules cannot be imported, in their own children neither."""

from __future__ import annotations

import os
from pathlib import Path

_HIDE = """\
import sys
for name in {names!r}:
    sys.modules[name] = None
"""


def environment_without(folder: Path, *names: str, prepared: str = "") -> dict[str, str]:
    """The variables for such children. ``folder`` takes what hides the modules; ``prepared`` is run there as well."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(_HIDE.format(names=names) + prepared, encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(folder)}
