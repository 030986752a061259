"""Make the README's pictures from the real screens: ``python docs/pictures/make_pictures.py``.

Each lesson is opened and worked as a learner would, headless, and the screen exported as SVG.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.resources import lessons_folder
from tutor.studio.presets import PRESETS
from tutor.studio.token import token_of
from tutor.training.worker.run import Workshop
from tutor.ui.app import TutorApp

# As over SSH: 256 colours.
os.environ["TERM"] = "xterm-256color"
SIZE = (120, 38)
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Scene:
    """A lesson at a step (from 0), the keys pressed there one after the other, and what must then be seen.

    A key of several words is what must be seen before the next key is pressed. The studio is opened at ``token``.
    """

    name: str
    lesson: str
    step: int
    keys: Sequence[str]
    token: str = ""


SCENES = (
    Scene("shapes-lab", "shapes", 16, ("f", "p", "trained for", "k")),
    Scene("convolution", "convolution", 0, ("l", "l", "l")),
    Scene(
        "exercise",
        "softmax",
        0,
        (
            "E",
            "10 min",
            "enter",
            "Turn logits",
            "ctrl+o",
            "ctrl+o",
            "down",
            "down",
            "end",
            "space",
            "ctrl+r",
            "With these",
        ),
    ),
    Scene("studio", "studio", 0, (), token_of(replace(PRESETS["spiral"], step=6000))),
    Scene("gpt", "gpt", 8, ("p", "trained for")),
    Scene("microscope", "backpropagation", 8, ("s", "s", "x", "enter", "enter", "enter")),
)


async def picture(scene: Scene, folder: Path) -> None:
    """Work the scene and write its screen beside this file."""
    with Workshop() as workshop:
        start = (scene.lesson, scene.step)
        app = TutorApp(Progress(folder, learner=0), read_summaries(lessons_folder()), start, lambda: workshop)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause(1.0)
            if scene.token:
                app.open_token(scene.token)
                await pilot.pause(1.0)
            for key in scene.keys:
                if " " in key:
                    while key not in app.export_screenshot().replace("&#160;", " "):
                        await pilot.pause(0.5)
                else:
                    await pilot.press(key)
                    await pilot.pause(0.5)
            await pilot.pause(1.0)
            screen = without_web_fonts(app.export_screenshot(title="dl-tutor"))
            (HERE / f"{scene.name}.svg").write_text(screen, encoding="utf-8")


def without_web_fonts(svg: str) -> str:
    """The picture with the reader's own fixed-width font: no page is fetched to show it."""
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg)
    return svg.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")


if __name__ == "__main__":
    for scene in SCENES:
        with tempfile.TemporaryDirectory() as state:
            asyncio.run(picture(scene, Path(state)))
