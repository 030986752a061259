"""``dl-tutor data``: show the source of digits and letters, check a folder of pictures, download MNIST."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutor.commands.console.failures import refuse
from tutor.commands.console.printing import answer, answer_json, tell
from tutor.datasets.digits import digits_source, find_digits, synthetic_file
from tutor.datasets.errors import DataError, escaped
from tutor.datasets.formats.mnist_download import SIZE, Progress, download_mnist
from tutor.datasets.images import ImageData
from tutor.datasets.letters import class_counts, find_letters, shipped_folder

NAMES = ("digits", "letters")


def run(given: argparse.Namespace) -> int:
    """Describe the data, after downloading MNIST with ``--download``; exit status 2 if it cannot be used."""
    names = (given.name,) if given.name else ("digits",) if given.download else NAMES
    try:
        if given.download:
            if names != ("digits",) or given.path is not None:
                return refuse("only digits can be downloaded: dl-tutor data digits --download")
            with _bar() as progress:
                tell(f"MNIST is in {escaped(str(download_mnist(progress=progress)))}")
        if given.path is not None and not given.name:
            return refuse("say what is in it: dl-tutor data digits FILE, or dl-tutor data letters FOLDER")
        found = [_found(name, given.path) for name in names]
    except DataError as error:
        return refuse(error)
    if given.json:
        answer_json([_plain(name, where, data) for name, where, data in found], indent=2)
        return 0
    for name, where, data in found:
        _tell(name, where, data)
    return 0


def _found(name: str, path: Path | None) -> tuple[str, Path, ImageData]:
    if name == "digits":
        data = find_digits(path)
        # Keras's own file may be damaged.
        return name, synthetic_file() if data.left_out else digits_source(path).path, data
    return name, path or shipped_folder(), find_letters(path)


def _plain(name: str, where: Path, data: ImageData) -> dict[str, object]:
    counts = [class_counts(part.classes, data.names) for part in (data.training, data.test)]
    return {
        "name": name,
        "path": str(where),
        "origin": data.origin,
        "training": len(data.training),
        "test": len(data.test),
        "classes": {c: list(rows) for c, *rows in zip(data.names, *counts, strict=True)},
        "left_out": list(data.left_out),
    }


def _tell(name: str, where: Path, data: ImageData) -> None:
    answer(f"{name}: {data.origin}")
    answer(f"  from {escaped(str(where))}")
    training, test = (class_counts(part.classes, data.names) for part in (data.training, data.test))
    rows = [f"{label} {a} + {b}" for label, a, b in zip(data.names, training, test, strict=True)]
    if len(set(zip(training, test, strict=True))) == 1:
        answer(f"  {len(rows)} classes, {training[0]:,} to train on and {test[0]:,} to test with of each")
    else:
        answer(f"  to train on + to test with: {', '.join(rows)}")
    if where == synthetic_file():
        answer(f"  MNIST, {SIZE / 1e6:.0f} MB: dl-tutor data digits --download")
    if data.left_out:
        answer(f"  {len(data.left_out):,} left out:")
    for sentence in data.left_out:
        answer(f"    {sentence}")


@contextmanager
def _bar() -> Iterator[Progress]:
    """A progress bar on standard error while the block runs, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (TextColumn("MNIST"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=SIZE)
        yield lambda there, total: bar.update(task, completed=there, total=total)
