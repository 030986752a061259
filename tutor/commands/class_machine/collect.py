"""``dl-tutor collect``: what is new in the logs of this machine, into one PostgreSQL for several machines."""

from __future__ import annotations

import argparse
import socket
import time

from tutor.classroom.collected import require_libraries
from tutor.classroom.learners import CLASS_FOLDER, NoClass, learner_name, learners_in
from tutor.commands.class_machine.live_view import shows_answers
from tutor.commands.console.printing import answer, tell

WRONG_INPUT, NOT_ALL = 2, 1


def run(args: argparse.Namespace) -> int:
    """Collect once, or every ``args.every`` seconds: 0 all, 1 without the logs that cannot be read, 2 not at all."""
    machine = learner_name(args.machine or socket.gethostname())
    try:
        require_libraries()
        return _run(args, machine)
    except NoClass as error:
        tell(error)
        return WRONG_INPUT


def _run(args: argparse.Namespace, machine: str) -> int:
    from tutor.classroom.collected.collecting import Collector, forget
    from tutor.classroom.collected.connecting import engine_for, told
    from tutor.classroom.collected.schema import check_version, make_tables

    engine = engine_for(args.to)
    if args.forget is not None:
        with told(), engine.begin() as connection:
            check_version(connection)
            there = forget(connection, machine, args.forget)
        if not there:
            raise NoClass(f"the database has no learner {args.forget!r} of the machine {machine}")
        answer(f"{args.forget} of {machine} is removed from the database.")
        return 0
    collector = Collector(engine, machine, typed=shows_answers())
    status, made = 0, False
    while True:
        try:
            learners = learners_in(args.folder or CLASS_FOLDER)
            if not made:
                with told():
                    make_tables(engine)
                made = True
            found = collector.collect(learners)
            status = NOT_ALL if found.troubles else 0
            if found.events or args.every is None:
                answer(f"{found.events:,} new events of {len(learners):,} learners of {machine}.", now=True)
            for trouble in found.troubles:
                tell(trouble)
        except NoClass as error:
            if args.every is None:
                raise
            # The next round tries again: the server may be away for an hour.
            tell(error)
        if args.every is None:
            return status
        time.sleep(args.every)
