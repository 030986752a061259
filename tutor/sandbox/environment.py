"""What of a learner's environment is let in, and the start of an interpreter that listens to nothing else."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence

from tutor.resources import OWN_LESSONS

# The language, the time zone and the line; whose names and values come over SSH as the client wants them.
_KEPT = {
    "TERM": r"[A-Za-z0-9+.-]{1,32}",
    "LANG": r"[A-Za-z0-9_.@-]{1,32}",
    "LC_ALL": r"[A-Za-z0-9_.@-]{1,32}",
    "LC_CTYPE": r"[A-Za-z0-9_.@-]{1,32}",
    "TZ": r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}",
    "NO_COLOR": r".{0,8}",
    "USER": r"[A-Za-z0-9_.-]{1,64}",
    "HOME": r"/[^\x00-\x1f]{0,255}",
    "SSH_CONNECTION": r"[0-9a-fA-F.:% ]{1,128}",
}
# Nobody but the administrator sets these: sshd takes none from a client that its configuration does not name.
_ADMINISTRATORS = {
    "DL_TUTOR_SLOTS": r"/[^\x00-\x1f]{0,255}",
    OWN_LESSONS: r"/[^\x00-\x1f:]{0,255}(:/[^\x00-\x1f:]{0,255}){0,15}",
}
USUAL_TERM = "xterm-256color"
AGAIN = "DL_TUTOR_RESTRICTED"
"""Set in the environment of the interpreter that was started isolated."""


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What is let in of ``environment``: names that are known, with values that look as such values do.

    No ``PYTHON…``, ``LD_…``, ``TEXTUAL…``, ``TF_…``, editor or pager: each of them could name code to be run.
    """
    kept = {
        name: environment[name]
        for name, form in {**_KEPT, **_ADMINISTRATORS}.items()
        if name in environment and re.fullmatch(form, environment[name])
    }
    return {"TERM": USUAL_TERM, "PATH": "/usr/bin:/bin", **kept, "OPENBLAS_NUM_THREADS": "1"}


def is_isolated(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this interpreter was started by ``start_isolated``."""
    return bool(sys.flags.isolated) and environment.get(AGAIN) == "1"


def start_isolated(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> None:
    """Become an interpreter that runs ``dl-tutor`` with these arguments, and does not return.

    ``-I``: no folder of the user's, none of where it was started and no variable can bring in a module.
    """
    os.chdir("/")
    os.execve(
        sys.executable,
        [sys.executable, "-I", "-m", "tutor.cli", *arguments],
        {**clean_environment(environment), AGAIN: "1"},
    )
