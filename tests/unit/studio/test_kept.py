"""What was left in the studio comes back, or is kept until it can: also without its table, and damaged."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tutor.datasets.tables.reading import read_table
from tutor.labs.kit.contract import LabState
from tutor.labs.studio import StudioLab
from tutor.studio import building, problem
from tutor.studio.experiment import DataChoice, Experiment, TableChoice

TABLE = "a,b,price\n" + "".join(f"{i},{i % 3},{10 * i + i % 3}\n" for i in range(20))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def lab(file: Path) -> StudioLab:
    lab = StudioLab()
    table = TableChoice(read_table(file).content, "price", (), file)
    lab.show_experiment(Experiment(DataChoice("table", test=20, table=table)))
    lab.press("epoch")
    lab.press("epoch")
    return lab


def forget() -> None:
    """As in another session."""
    for each in (problem.problem_of, problem.table_rows, problem._table, building.training_data):
        each.cache_clear()


def test_a_file_that_changes_while_it_is_in_use_changes_nothing(lab: StudioLab, file: Path) -> None:
    before = lab.read("losses")
    file.write_text("x,y\n1,2\n", encoding="utf-8")
    for data in ("xor", "gauss", "moons", "rings", "circle", "slope"):
        lab.set("data", data)
        lab.read("losses")
        lab.press("step")
    lab.set("run", 1)
    lab.press("take")
    assert lab.read("losses") == before


@pytest.mark.parametrize("changed", [True, False])
def test_without_its_table_a_run_is_kept_until_something_else_is_begun(
    lab: StudioLab,
    file: Path,
    changed: bool,
) -> None:
    left = lab.state()
    token = lab.lookup("token")
    if changed:
        file.write_text(TABLE + "1,2,3\n", encoding="utf-8")
    else:
        file.unlink()
    forget()
    later = StudioLab()
    later.restore(left)
    assert "prices.csv" in str(later.lookup("status"))
    later.set("point", (2, 2))
    later.poll()
    again = StudioLab()
    again.restore(later.state())
    assert "prices.csv" in str(again.lookup("status"))
    file.write_text(TABLE, encoding="utf-8")
    forget()
    last = StudioLab()
    last.restore(again.state())
    assert last.lookup("token") == token
    assert last.read("losses") == lab.read("losses")
    again.press("step")
    assert "prices.csv" not in str(again.lookup("status"))
    assert again.state().values["token"] == again.lookup("token")


def test_damaged_weights_are_computed_anew() -> None:
    lab = StudioLab()
    lab.set("optimizer", "Adam")
    lab.press("epoch")
    kept = lab.state()
    for damage in (
        {"theta": np.zeros(3)},
        {"theta": np.zeros((5, 5))},
        {"theta": np.array(["x"] * 25)},
        {"moving": np.zeros(4)},
        {"memory.m": np.zeros(2)},
    ):
        later = StudioLab()
        later.restore(LabState(kept.values, {**kept.arrays, **damage}))
        assert later.read("losses") == lab.read("losses")
        later.press("epoch")
    for name in kept.arrays:
        later = StudioLab()
        later.restore(LabState(kept.values, {n: a for n, a in kept.arrays.items() if n != name}))
        assert later.read("losses") == lab.read("losses")
        later.press("epoch")


def test_no_value_breaks_it() -> None:
    lab = StudioLab()
    lab.press("epoch")
    kept, rng = lab.state(), random.Random(0)
    odd: list[Any] = [
        None,
        [],
        {},
        "",
        "x",
        -1,
        1e300,
        float("nan"),
        float("inf"),
        True,
        [1, 2, 3],
        ["a", "b"],
        "\x1b[2J",
        10**400,
    ]
    for _ in range(150):
        values: dict[str, Any] = dict(kept.values)
        for name in rng.sample(sorted(values), 3):
            values[name] = rng.choice(odd)
        if rng.random() < 0.5:
            checkpoint = dict(kept.values["checkpoint"])
            checkpoint[rng.choice(sorted(checkpoint))] = rng.choice(odd)
            checkpoint["position"] = {**kept.values["checkpoint"]["position"], "batch": rng.choice(odd)}
            values["checkpoint"] = checkpoint
        later = StudioLab()
        later.restore(dataclasses.replace(kept, values=values))
        for name in later.readout_names():
            later.read(name)
        later.press("step")
        later.state()


def test_going_back_to_a_state_loses_no_run() -> None:
    lab = StudioLab()
    for _ in range(3):
        lab.press("epoch")
    then, token = lab.state(), lab.lookup("token")
    lab.press("epoch")
    lab.restore(then)
    assert lab.lookup("token") == token
    assert lab._machine.timeline.end == 40
    lab.set("rate", 0.3)
    lab.press("epoch")
    fork = lab.lookup("token")
    lab.restore(then)
    assert lab.lookup("token") == token
    # The state is a moment of the run before, which is returned to whole; the fork stands among the runs.
    assert lab._machine.timeline.end == 40
    assert len(lab._machine.past) == 1
    lab.set("run", 1)
    lab.press("take")
    assert lab.lookup("token") == fork
