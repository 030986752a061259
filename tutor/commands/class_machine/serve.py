"""``dl-tutor serve``: the sessions of a class machine from one process that has everything loaded."""

from __future__ import annotations

import argparse
import os
import sys

from tutor.commands.class_machine.accounts import GROUP
from tutor.commands.class_machine.warm_start import SOCKET
from tutor.commands.console.printing import answer, tell
from tutor.sandbox.environment import is_isolated, start_isolated

FAILED = 1


def run(given: argparse.Namespace) -> int:
    """Serve sessions at the socket until SIGTERM; the exit status. ``given.start`` runs ``dl-tutor`` with arguments."""
    if sys.platform != "linux":
        tell("serve is for a class machine and works only on Linux")
        return FAILED
    if os.geteuid() != 0:
        tell("serve starts sessions as the learners' accounts, which only root may: run it as root")
        return FAILED
    if not is_isolated():
        start_isolated(sys.argv[1:])
    import grp  # not on Windows

    try:
        group = grp.getgrnam(GROUP).gr_gid
    except KeyError:
        tell(f"there is no group {GROUP}: deploy/install makes the group of the learners")
        return FAILED
    from tutor.commands.class_machine.serving.server import listening_at, serve
    from tutor.commands.class_machine.serving.session import run_session
    from tutor.commands.class_machine.serving.warming import warm

    warm()
    try:
        with listening_at(SOCKET, group) as listening:
            answer(f"serving at {SOCKET}")
            sys.stdout.flush()
            line = serve(listening, GROUP)
    except OSError as error:
        tell(f"{SOCKET}: {error.strerror}")
        return FAILED
    return 0 if line is None else run_session(line, given.start)
