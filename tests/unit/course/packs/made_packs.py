"""A small sound pack, and archives of its files with one thing changed."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.unit.course.lesson_files import MARKDOWN, TOML

MANIFEST = 'id = "{id}"\ntitle = "Of use"\nsummary = "What is of use."\nversion = "1"\n'
GLOSSARY = "## Sum\n\nWhat is added up.\nLesson: sums/the-sum\n\n## Softmax here\n\nAs shipped.\nLesson: softmax\n"
EXERCISE = """\
id = "double"
title = "Twice"
lesson = "sums"
step = "the-output"
function = "double"
returns = ["y"]
hints = ["Two times."]

[sizes]
n = [1, 4]

[[input]]
name = "x"
shape = ["n"]
low = 1

[[bug]]
id = "square"
say = "You square it."
old = "2 * x"
new = "x * x"
"""


def pack_texts(pack_id: str = "of-use", *, exercises: bool = False) -> dict[str, str]:
    """The texts of a sound pack with the lessons ``sums`` and ``neuron``, by their paths."""
    texts = {"pack.toml": MANIFEST.format(id=pack_id), "glossary.md": GLOSSARY}
    for number, lesson in ((1, "sums"), (2, "neuron")):
        folder = f"lessons/0{number}_{lesson}"
        toml = TOML.replace('id = "sums"', f'id = "{lesson}"').replace("number = 3", f"number = {number}")
        texts |= {f"{folder}/lesson.toml": toml, f"{folder}/lesson.md": MARKDOWN}
        texts[f"{folder}/lesson.walk"] = f"open {lesson} seed 1\nexpect covered z\nskip\nnext\n"
    if exercises:
        folder = "exercises/01_double"
        texts |= {
            f"{folder}/exercise.toml": EXERCISE,
            f"{folder}/task.md": "# Twice\n\nReturn 2·x.\n",
            f"{folder}/start.py": "def double(x):\n    return ...\n",
            f"{folder}/solution.py": "def double(x):\n    return 2 * x\n",
            f"{folder}/another.py": "def double(x):\n    return x + x\n",
        }
    return texts


def write_pack(folder: Path, texts: Mapping[str, str]) -> Path:
    """Write these files below ``folder``; return it."""
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def zip_pack(file: Path, texts: Mapping[str, str | bytes], within: str = "") -> Path:
    """Write an archive of these files, in a folder ``within`` it; return its path."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(f"{within}{name}", text)
    return file
