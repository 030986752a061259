"""What trains by itself is painted as often as the line, the machine and the learner's presence deserve."""

from __future__ import annotations

import pytest

from tutor.ui.terminal.pace import AT_MOST, BETWEEN_KEYS, HERE, IDLE_AFTER, IN_USE_FOR, OVER_A_LINE, UNSEEN, Pace


class Machine:
    """Time, and how much of it was work."""

    def __init__(self) -> None:
        self.now = self.worked = 0.0

    def pace(self, remote: bool) -> Pace:
        return Pace(remote, lambda: self.now, lambda: self.worked)

    def looks(
        self, pace: Pace, seconds: float, work_for_a_look: float = 0.0, ticks_a_second: int = 100, keys: bool = True
    ) -> int:
        count = 0
        for _ in range(round(seconds * ticks_a_second)):
            self.now += 1 / ticks_a_second
            if keys:
                pace.touched()
            if pace.due():
                count += 1
                self.worked += work_for_a_look
        return count


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.mark.parametrize(("remote", "interval"), [(False, HERE), (True, OVER_A_LINE)])
def test_four_frames_a_second_over_a_line_ten_here(machine: Machine, remote: bool, interval: float) -> None:
    pace = machine.pace(remote)
    machine.now += IN_USE_FOR + 0.1
    assert machine.looks(pace, 10, keys=False) == pytest.approx(10 / interval, rel=0.1)
    # A key would have to wait for it.
    assert machine.looks(pace, 10) == pytest.approx(10 / BETWEEN_KEYS, rel=0.1)


def test_frames_that_are_slow_to_make_come_seldom(machine: Machine) -> None:
    pace = machine.pace(True)
    machine.looks(pace, 10, work_for_a_look=0.2)
    # A fifth of a core: not more than one a second.
    assert machine.looks(pace, 20, work_for_a_look=0.2) <= 25
    assert machine.looks(pace, 100, work_for_a_look=10.0) >= 100 / AT_MOST - 3
    # Once they are quick again, they come as before.
    machine.looks(pace, 10)
    assert machine.looks(pace, 10) == pytest.approx(10 / OVER_A_LINE, rel=0.1)


def test_nothing_is_painted_for_a_window_without_focus(machine: Machine) -> None:
    pace = machine.pace(True)
    pace.focused = False
    assert pace.unseen
    assert machine.looks(pace, 20) <= 20 / UNSEEN
    pace.focused = True
    assert not pace.unseen
    assert machine.looks(pace, 1) >= 3


def test_nothing_is_painted_for_who_does_nothing_for_a_minute(machine: Machine) -> None:
    pace = machine.pace(True)
    machine.now += IDLE_AFTER - 1
    assert not pace.unseen
    machine.now += 2
    assert pace.idle
    assert pace.unseen
    pace.touched()
    assert not pace.unseen


def test_on_this_machine_it_goes_on_for_who_only_watches(machine: Machine) -> None:
    pace = machine.pace(False)
    pace.focused = False
    machine.now += IDLE_AFTER * 2
    assert not pace.unseen


@pytest.mark.parametrize("remote", [False, True])
def test_it_knows_that_the_next_key_may_come(machine: Machine, remote: bool) -> None:
    pace = machine.pace(remote)
    machine.now += IN_USE_FOR + 0.1
    assert not pace.in_use
    pace.touched()
    machine.now += IN_USE_FOR - 0.1
    assert pace.in_use
