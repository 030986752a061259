"""The digits lab on a screen: pictures are read and asked about beside what goes on, and what comes is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from tests.ui.panel_app import PanelApp, text, until
from tutor.backends.interface import TrainingData
from tutor.datasets.images import ImageData
from tutor.labs.digits import DigitsLab
from tutor.training.run import Run, start_inline
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint


@pytest.fixture(autouse=True)
def _only_what_ships(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DL_TUTOR_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))


def start_as_a_screen_does(settings: RunSettings, data: TrainingData, start: Checkpoint | None) -> Run:
    """Any starter but the inline one: the lab then waits for nothing."""
    return start_inline(settings, data, start)


@pytest.mark.parametrize("already_there", [False, True])
async def test_the_misses_come_without_a_key(already_there: bool) -> None:
    lab = DigitsLab(start_as_a_screen_does)
    if already_there:
        # The answers are then found out within the panel's first poll.
        while lab.busy:
            lab.poll()
    app = PanelApp(lab, show=("misses", "samples", "origin", "asked"))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "misses, true→said" in text(app))
        await until(pilot, lambda: "synthetic digits" in text(app))
        assert not lab.busy


async def test_until_the_pictures_are_there_it_says_so_and_an_order_waits_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arrived = Event()
    find = DigitsLab.kind.find

    def late() -> ImageData:
        arrived.wait(30)
        return find()

    monkeypatch.setattr(DigitsLab, "kind", replace(DigitsLab.kind, find=late))
    lab = DigitsLab(start_as_a_screen_does)
    lab.set("epochs", 1)
    app = PanelApp(lab, show=("train", "status", "origin", "training_rows", "confidence_sum"))
    async with app.run_test(size=(80, 20)) as pilot:
        assert "loading the pictures" in text(app)
        await pilot.press("tab", "p")
        await until(pilot, lambda: "it goes on: train" in text(app))
        # The canvas is asked meanwhile.
        assert lab.lookup("confidence_sum") == pytest.approx(1, abs=1e-5)
        arrived.set()
        await until(pilot, lambda: "trained for 1 epoch" in text(app))
        assert lab.lookup("training_rows") == 2000
