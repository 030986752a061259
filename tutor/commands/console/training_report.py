"""The display of ``dl-tutor train``: a progress bar while it trains, the curve at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tutor.commands.console.printing import answer
from tutor.labs.kit.training_curve import training_curve
from tutor.training.history import EpochRecord, History

CURVE_HEIGHT = 12


@contextmanager
def progress_bar(
    steps: int, steps_per_epoch: int, done: int, *, hidden: bool
) -> Iterator[Callable[[int, EpochRecord | None, str], None]]:
    """A progress bar on standard error while the block runs. Call the yielded function with the steps taken, the newest
    epoch, and a text in place of its loss, such as how long TensorFlow has been loading.

    ``steps`` is the number of steps of the whole run, of which ``done`` were taken before. Not drawn if ``hidden`` or
    if standard error is not a terminal.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}", markup=False),
        BarColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[how]}", markup=False),
    )
    with Progress(*columns, console=console, disable=hidden or not console.is_terminal) as bar:
        epochs, losses = steps // steps_per_epoch, _losses(float("nan"), float("nan"))
        task = bar.add_task("", total=steps - done, epochs=epochs, epoch=done // steps_per_epoch, how=losses)

        def advance(taken: int, record: EpochRecord | None, how: str) -> None:
            nonlocal losses
            if record is not None:
                losses = _losses(record.loss, record.val_loss)
            bar.update(task, completed=taken - done, epoch=min(epochs, taken // steps_per_epoch), how=how or losses)

        yield advance


def _losses(loss: float, val_loss: float) -> str:
    return f"loss {loss:.4f}  held out {val_loss:.4f}"


def print_curve(history: History, metric: str = "loss") -> None:
    """Draw the curve of a metric on standard output, as wide as the terminal and at most 100 columns."""
    from tutor.ui.plotting import draw_curve, legend

    curve = training_curve(metric, metric, history)
    lines = draw_curve(curve, min(100, Console().width), CURVE_HEIGHT)
    if not lines:
        return
    named = "   ".join(f"{sign} {words}" for sign, _, words in legend(curve))
    answer(f"{metric} by epoch   {named}")
    for line in lines:
        answer(line.plain.rstrip())
