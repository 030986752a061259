"""A token that is put into the studio: what the learner had there stays, also on another day."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.course.lessons.lesson import STUDIO
from tutor.course.record.progress import Progress
from tutor.course.studio_opening import put_into_studio
from tutor.datasets.tables.reading import read_table
from tutor.labs.kit.readouts import Curve, Table
from tutor.labs.studio import StudioLab
from tutor.studio.building import training_data
from tutor.studio.experiment import DataChoice, Experiment, TableChoice
from tutor.studio.presets import PRESETS
from tutor.studio.problem import _table, problem_of, table_rows
from tutor.studio.token import token_of


@pytest.fixture
def progress(tmp_path: Path) -> Progress:
    return Progress(tmp_path, learner=0)


def saved(progress: Progress) -> StudioLab:
    """The studio as it is opened on another day."""
    state = progress.load_lab(STUDIO)
    assert state is not None
    lab = StudioLab()
    lab.restore(state)
    return lab


def runs(lab: StudioLab) -> list[str]:
    table = lab.read("runs")
    assert isinstance(table, Table)
    return [str(row[0]) for row in table.rows]


def test_the_run_that_was_there_is_a_past_run_and_can_be_returned_to(progress: Progress) -> None:
    lab = StudioLab()
    for _ in range(4):
        lab.press("epoch")
    lab.set("rate", 0.3)
    lab.press("epoch")
    token, loss = lab.lookup("token"), lab.lookup("losses[test]")
    progress.save_lab(STUDIO, lab.state())
    other = token_of(PRESETS["xor"].at(30))
    put_into_studio(PRESETS["xor"].at(30), progress)
    lab = saved(progress)
    assert lab.lookup("token") == other
    assert runs(lab) == ["1", "now"]
    curve = lab.read("compared")
    assert isinstance(curve, Curve)
    assert [len(line.xs) for line in curve.series] == [5, 3]
    lab.press("take")
    assert lab.lookup("token") == token
    assert lab.lookup("losses[test]") == loss
    assert runs(lab) == ["1", "now"]
    # Now the other one is the run before, and is kept in its turn.
    progress.save_lab(STUDIO, lab.state())
    again = saved(progress)
    again.press("take")
    assert again.lookup("token") == other


def test_what_was_only_built_stays_too_and_nothing_where_nothing_was(progress: Progress) -> None:
    put_into_studio(PRESETS["xor"].at(3), progress)
    assert runs(saved(progress)) == ["now"]
    lab = StudioLab()
    lab.set("weight", 1.25)
    lab.set("units", 7)
    token = lab.lookup("token")
    progress.save_lab(STUDIO, lab.state())
    put_into_studio(PRESETS["xor"].at(3), progress)
    # The same token once more is no run of before.
    put_into_studio(PRESETS["xor"].at(3), progress)
    lab = saved(progress)
    assert runs(lab) == ["1", "now"]
    lab.press("take")
    assert lab.lookup("token") == token


def test_a_run_on_a_table_of_ones_own_stays_as_long_as_its_file(progress: Progress, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("a,b,kind\n" + "".join(f"{i},{i % 3},{'x' if i % 3 else 'y'}\n" for i in range(30)))
    table = TableChoice(read_table(file).content, "kind", (), file)
    mine = Experiment(DataChoice("table", test=20, table=table), (), "categorical_crossentropy", batch=6, step=8)
    put_into_studio(mine, progress)
    put_into_studio(PRESETS["xor"].at(3), progress)
    lab = saved(progress)
    lab.press("take")
    assert lab.lookup("token") == token_of(mine)
    assert lab.get("moment") == 8
    put_into_studio(mine, progress)
    put_into_studio(PRESETS["xor"].at(3), progress)
    file.unlink()
    for kept in (problem_of, _table, table_rows, training_data):
        kept.cache_clear()
    assert "1" not in runs(saved(progress))


def test_a_run_before_that_is_damaged_is_left_out(progress: Progress) -> None:
    lab = StudioLab()
    lab.press("epoch")
    lab.set("seed", 4)
    state = lab.state()
    for before in ("no table", {}, {"token": "dlt1:no", "state": {}}, {"token": 3, "state": 4}):
        copy = StudioLab()
        copy.restore(type(state)({**state.values, "before": before}, state.arrays))
        assert runs(copy) == ["now"]
        assert copy.get("seed") == 4
