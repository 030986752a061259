"""A class at work: many real SSH sessions on one machine, the cost of each, and the effect of heavy neighbours.

Once with an executable for each session, once with forks of one warm process.

Everything runs on this machine, including the ssh clients. Each session belongs to a separate learner, at 80×24, in the
restricted interface; if this runs as root, the accounts have the processor limits of ``deploy``.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from benchmarks.account_limits import AccountLimits, account_limits
from benchmarks.class_of_clients import Class, Learner
from benchmarks.report import Figure, print_figures
from benchmarks.session_processes import Session, sessions_of
from tests.e2e.shapes_screen import choose, type_number
from tests.e2e.ssh_class import ClassMachine, class_machine
from tests.e2e.terminal import DOWN, ENTER, ESCAPE
from tutor.course.lessons.loader import read_summaries
from tutor.resources import lessons_folder

SIZES = (20, 100)
"""The default numbers of sessions at once."""
GIVE_UP_SECONDS = 300.0
WORKING_SECONDS, RESTING_SECONDS, SETTLING_SECONDS = 30.0, 20.0, 3.0
PAUSES = (1.0, 3.0)
"""Seconds between two keys of one learner: faster than a reader."""
MOST_MILLISECONDS = 200
MOST_OF_A_CORE, MOST_MEGABYTES = 0.5, 60
WARM_SECONDS, WARM_MEGABYTES = 8.0, 25.0
"""The targets for a hundred sessions of ``dl-tutor serve``: median of the first paints, memory of each."""
HOME = ("What deep learning is", "Quit")


def first_paints(machine: ClassMachine, members: Class, count: int) -> list[float]:
    """Log in this many learners at once; return the seconds until each has the home screen."""
    for number in range(count):
        members.log_in(partial(machine.terminal, machine.learners[number % len(machine.learners)]))
    members.read_until(lambda learner: learner.has_been_sent(HOME[-1]), GIVE_UP_SECONDS)
    members.read_until_quiet()
    return [learner.painted(*HOME) for learner in members.learners]


def open_the_lesson(members: Class) -> None:
    """Take all learners from the home screen into the lesson on the neuron."""
    lessons = [summary.id for summary in read_summaries(lessons_folder())]
    for learner in members.learners:
        # The first lesson is the marked one.
        learner.terminal.send(DOWN * lessons.index("neuron"), ENTER)
    members.read_until(lambda learner: learner.has_been_sent("What a neuron does"), GIVE_UP_SECONDS)
    members.read_until_quiet()


def milliseconds_to_the_screen(members: Class, who: Sequence[Learner], seed: int) -> list[float]:
    """The times of all keys that ``who`` press within a while, at separate random times."""
    members.press_for(WORKING_SECONDS, who, PAUSES, seed)
    members.read_for(SETTLING_SECONDS)
    return [time for learner in who for time in learner.answered()]


def of_a_core(sessions: Sequence[Session], before: Sequence[float], seconds: float) -> list[float]:
    """Per cent of a core that each session has taken since ``before``, its processor seconds at that time."""
    return [100 * (now.processor_seconds() - was) / seconds for now, was in zip(sessions, before, strict=True)]


def prepare_training(members: Class, learner: Learner) -> None:
    """Take a learner to where ``p`` trains the largest network in NumPy, for longer than the measurement."""
    for _ in learner.show():
        pass
    terminal = learner.terminal
    terminal.send(ESCAPE)
    terminal.wait_for(*HOME)
    lessons = [summary.id for summary in read_summaries(lessons_folder())]
    # The last open lesson is the marked one.
    terminal.send(DOWN * (lessons.index("letters") - lessons.index("neuron")), ENTER)
    terminal.wait_for("⏎ Answer", "Letters")
    terminal.send("s")
    terminal.wait_for("Skipped")
    terminal.send("f")
    terminal.wait_for("canvas", "test accuracy")
    choose(terminal, "network", "cnn")
    type_number(terminal, "epochs", "1000")
    choose(terminal, "engine", "numpy")
    members.read_until_quiet()


def measure(
    machine: ClassMachine,
    members: Class,
    count: int,
    first_paint: float | None = None,
    megabytes: float = MOST_MEGABYTES,
) -> list[Figure]:
    """All figures of ``count`` sessions; the targets are the median seconds to the first paint, and the memory."""
    paints = first_paints(machine, members, count)
    open_the_lesson(members)
    keys = milliseconds_to_the_screen(members, members.learners, seed=0)

    sessions = sessions_of(machine)
    assert len(sessions) == count, f"{len(sessions)} of {count} sessions"
    before = [session.processor_seconds() for session in sessions]
    members.read_for(RESTING_SECONDS)
    resting = of_a_core(sessions, before, RESTING_SECONDS)
    whole = [session.megabytes() for session in sessions]
    helpers = [session.helpers_megabytes() for session in sessions]
    line = [session.line_megabytes() for session in sessions]

    flooding, training, *others = members.learners
    prepare_training(members, training)
    training.terminal.send("p")
    members.flood(flooding)
    # Both are busy before the measurement begins.
    members.read_for(SETTLING_SECONDS)
    sessions = sessions_of(machine)
    before = [session.processor_seconds() for session in sessions]
    beside = milliseconds_to_the_screen(members, others, seed=1)
    taken = of_a_core(sessions, before, WORKING_SECONDS + SETTLING_SECONDS)
    return [
        Figure("first paint, all log in at once, median", statistics.median(paints), " s", at_most=first_paint),
        Figure("the same, 95th percentile", statistics.quantiles(paints, n=20)[-1], " s"),
        *both("a key to the screen, each learner one in 2 s", keys, " ms"),
        *both("the same, two of them greedy: one floods keys, one trains the letters' CNN", beside, " ms",
              MOST_MILLISECONDS),
        Figure("what these two take, per cent of a core", sum(sorted(taken)[-2:]), " %"),
        *both("memory (PSS)", whole, " MB", megabytes),
        Figure("of it the process that starts trainings, median", statistics.median(helpers), " MB"),
        Figure("sshd's processes, beside it, median", statistics.median(line), " MB"),
        *both("at rest, per cent of a core, sshd included", resting, " %", MOST_OF_A_CORE),
    ]  # fmt: skip


def both(what: str, values: Sequence[float], unit: str, at_most: float | None = None) -> list[Figure]:
    """Median and 95th percentile; the target applies to the latter."""
    return [
        Figure(f"{what}, median", statistics.median(values), unit),
        Figure("the same, 95th percentile", statistics.quantiles(values, n=20)[-1], unit, at_most=at_most),
    ]


def measure_on_a_class_machine(count: int, warm: bool) -> bool:
    with tempfile.TemporaryDirectory() as folder, account_limits() as limits:
        names = [f"learner{number}" for number in range(count)]
        commands = limits.shell_commands() if limits is not None else ""
        with class_machine(Path(folder) / "class", names, commands, warm) as machine, Class() as members:
            figures = measure(machine, members, count, *((WARM_SECONDS, WARM_MEGABYTES) if warm else ()))
        way = "of one warm process" if warm else "an executable each"
        return print_figures(f"{count} SSH sessions at once, {way}, {how_limited(limits)}", figures)


def how_limited(limits: AccountLimits | None) -> str:
    # Without root there is one account, without a group.
    if limits is None or limits.count() == 0:
        return "without limits: only root can set them"
    return f"{limits.count()} accounts with the processor limits of deploy (control groups {limits.version})"


def run(sizes: Sequence[int] = SIZES) -> bool:
    try:
        reached = [measure_on_a_class_machine(count, warm) for count in sizes for warm in (False, True)]
    except pytest.skip.Exception as why:
        print(f"\n### SSH sessions at once\n\nnot measured: {why}")
        return True
    return all(reached)
