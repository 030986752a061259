"""Draw the shipped letters: 26 letters × 25 pictures of 50×50, dark ink on white paper.

``python scripts/make_letters.py [FOLDER]`` writes ``A_01.png`` to ``Z_25.png`` there, into ``data/letters`` if not
given. Every number is drawn from one seed: a second run writes the same pictures.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from tutor.datasets.glyphs import LETTERS, forms
from tutor.datasets.handwriting import Hand, written
from tutor.datasets.letters import SIDE

SEED = 2019
EACH = 25
HAND = Hand(
    height=(0.58, 0.78),
    width=(0.45, 0.68),
    pen=(1.0, 2.3),
    pressure=0.6,
    slant=(-0.12, 0.25),
    turn=(-0.11, 0.11),
    wobble=0.04,
    off_centre=0.05,
    balanced=False,
    shade=(0.7, 1.0),
    faint=0.1,
    specks=0.004,
)


def main(folder: Path) -> None:
    """Draw them all and write the files."""
    rng = np.random.default_rng(SEED)
    size = 0
    for letter, ways in LETTERS.items():
        for number in range(1, EACH + 1):
            file = folder / f"{letter}_{number:02}.png"
            Image.fromarray(255 - written(forms(ways), SIDE, HAND, rng)).save(file, optimize=True)
            size += file.stat().st_size
    print(f"{folder}: {len(LETTERS) * EACH} pictures, {size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "data" / "letters")
