"""Make the README's picture from the real screen: ``python docs/pictures/make_pictures.py``.

The shapes lab is opened and trained as a learner would, headless, and the screen exported as SVG.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from tutor.course.loader import read_summaries
from tutor.course.progress import Progress
from tutor.resources import lessons_folder
from tutor.training.worker_run import Workshop
from tutor.ui.app import TutorApp

SIZE = (120, 38)
LAST_STEP = 16


async def shapes_lab(folder: Path, target: Path) -> None:
    """Train the network of the last step, draw a broken shape, and write the screen to ``target``."""
    with Workshop() as workshop:
        app = TutorApp(
            Progress(folder), read_summaries(lessons_folder()), ("shapes", LAST_STEP), lambda: workshop.start_run
        )
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause(1.0)
            await pilot.press("f", "p")
            while "trained at epoch" not in app.export_screenshot().replace("&#160;", " "):
                await pilot.pause(0.5)
            await pilot.press("k")
            await pilot.pause(1.0)
            target.write_text(without_web_fonts(app.export_screenshot(title="dl-tutor")), encoding="utf-8")


def without_web_fonts(svg: str) -> str:
    """The picture with the reader's own fixed-width font: no page is fetched to show it."""
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg)
    return svg.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as state:
        asyncio.run(shapes_lab(Path(state), Path(__file__).parent / "shapes-lab.svg"))
