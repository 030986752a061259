"""What ``dl-tutor train`` shows a person: a progress bar while it trains, the curve at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tutor.labs.in_place_training import metric_curve
from tutor.training.history import EpochRecord, History

CURVE_HEIGHT = 12


@contextmanager
def progress_bar(epochs: int, *, hidden: bool) -> Iterator[Callable[[EpochRecord], None]]:
    """A bar on standard error while the block runs; call what it gives with each newest epoch.

    Not drawn when ``hidden``, nor where standard error is no terminal.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("epoch"),
        MofNCompleteColumn(),
        BarColumn(),
        TimeRemainingColumn(),
        TextColumn("loss {task.fields[loss]:.4f}  held out {task.fields[val_loss]:.4f}", markup=False),
    )
    with Progress(*columns, console=console, disable=hidden or not console.is_terminal) as bar:
        task = bar.add_task("", total=epochs, loss=float("nan"), val_loss=float("nan"))

        def advance(record: EpochRecord) -> None:
            bar.update(task, completed=record.epoch, loss=record.loss, val_loss=record.val_loss)

        yield advance


def print_curve(history: History, metric: str = "loss") -> None:
    """Draw the curve of a metric on standard output, as wide as the terminal and at most 100 columns."""
    from tutor.ui.plotting import draw_curve, line_mark

    curve = metric_curve(metric, metric, history)
    lines = draw_curve(curve, min(100, Console().width), CURVE_HEIGHT)
    if not lines:
        return
    named = "   ".join(f"{line_mark(i)} {series.label}" for i, series in enumerate(curve.series))
    print(f"{metric} by epoch   {named}")
    for line in lines:
        print(line.plain.rstrip())
