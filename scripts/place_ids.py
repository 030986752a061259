"""Write the ids of places where lessons name their labels: ``python -m scripts.place_ids FILE…``.

``errors[mean loss]`` becomes ``errors[mean_loss]`` in the lesson.toml, lesson.md and lesson.walk files given, wherever
the name before the brackets is a readout or a control of some lab. Prints how many were rewritten in each file.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tutor.labs.catalog import lab_class, lab_ids
from tutor.labs.kit.labels import place_id

_PATH = re.compile(r"\b(?P<name>[a-z][a-z0-9_]*)(?P<places>(?:\[[^\[\]\n\"]+\])+)")


def lab_names() -> frozenset[str]:
    """What the labs call their readouts and controls."""
    labs = [lab_class(lab_id)() for lab_id in lab_ids()]
    return frozenset(name for lab in labs for name in (*lab.readout_names(), *(c.name for c in lab.controls())))


def with_ids(text: str, names: frozenset[str]) -> tuple[str, int]:
    """The text with ids in place of labels, and how many paths changed."""
    changed = 0

    def path(match: re.Match[str]) -> str:
        nonlocal changed
        if match["name"] not in names:
            return match[0]
        places = re.sub(r"\[([^\[\]]+)\]", lambda place: f"[{place_id(place[1].strip())}]", match["places"])
        changed += places != match["places"]
        return match["name"] + places

    return _PATH.sub(path, text), changed


def main() -> None:
    """Rewrite the files that are given."""
    names = lab_names()
    for file in map(Path, sys.argv[1:]):
        text, changed = with_ids(file.read_text(encoding="utf-8"), names)
        if changed:
            file.write_text(text, encoding="utf-8")
            print(f"{file}: {changed}")


if __name__ == "__main__":
    main()
