from tests.given_readouts import GivenReadouts
from tutor.labs.kit.controls import Control
from tutor.labs.kit.readouts import Number, Readout
from tutor.scripting.script import WaitFor, WaitTrained
from tutor.scripting.waiting import Timeout, wait


class Counting(GivenReadouts):
    """Busy for some polls; its readout ``polls`` counts them."""

    id = "counting"
    title = "Counting"

    def __init__(self, busy_for: float) -> None:
        super().__init__()
        self.polls, self.busy_for = 0, busy_for

    def controls(self) -> tuple[Control, ...]:
        return ()

    def given_names(self) -> tuple[str, ...]:
        return ("polls",)

    def given(self, name: str) -> Readout:
        return Number(name, name, self.polls)

    def poll(self) -> bool:
        if self.busy:
            self.polls += 1
        return True

    @property
    def busy(self) -> bool:
        return self.polls < self.busy_for


class EndsUnseen(Counting):
    """Its run ends between two polls; only the next poll takes in what it came to."""

    def __init__(self) -> None:
        super().__init__(0)
        self.looks = 0

    def poll(self) -> bool:
        self.polls = 9 if self.looks > 3 else 0
        return True

    @property
    def busy(self) -> bool:
        self.looks += 1
        return self.looks <= 3


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.time = 0.0

    def timeout(self, seconds: float) -> Timeout:
        return Timeout(seconds, 1.0, lambda: self.time, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def test_it_waits_until_nothing_runs():
    lab = Counting(5)
    assert wait(WaitTrained(), lab, Clock().timeout(100)) is None
    assert lab.polls == 5


def test_a_lab_that_does_nothing_is_not_waited_for():
    clock = Clock()
    assert wait(WaitTrained(), Counting(0), clock.timeout(100)) is None
    assert clock.time == 0


def test_it_waits_for_a_number_and_no_longer():
    lab = Counting(50)
    assert wait(WaitFor("polls", "above", 6), lab, Clock().timeout(100)) is None
    assert lab.polls == 7


def test_a_number_that_comes_with_the_last_poll_is_seen():
    assert wait(WaitFor("polls", "above", 4), Counting(5), Clock().timeout(100)) is None


def test_where_nothing_runs_there_is_nothing_to_wait_for():
    clock = Clock()
    missing = wait(WaitFor("polls", "above", 9), Counting(5), clock.timeout(100))
    assert missing is not None
    assert (missing.expected, missing.got) == ("polls above 9", "5, and nothing is running")
    assert clock.time < 100


def test_patience_has_an_end():
    clock = Clock()
    missing = wait(WaitTrained(), Counting(float("inf")), clock.timeout(30))
    assert missing is not None
    assert missing.expected == "the training to end"
    assert "30 seconds" in missing.got
    assert clock.time == 30
    missing = wait(WaitFor("polls", "below", 0), Counting(float("inf")), Clock().timeout(10))
    assert missing is not None
    assert (missing.expected, missing.got) == ("polls below 0", "11 after 10 seconds")


def test_what_a_run_did_last_is_taken_in_before_it_counts_as_over():
    lab = EndsUnseen()
    assert wait(WaitTrained(), lab, Clock().timeout(100)) is None
    assert lab.polls == 9
    assert wait(WaitFor("polls", "above", 8), EndsUnseen(), Clock().timeout(100)) is None
