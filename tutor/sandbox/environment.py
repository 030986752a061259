"""The allowed part of a learner's environment, and the start of an isolated interpreter."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence

from tutor.language.chosen import VARIABLE as LANGUAGE
from tutor.resources import OWN_LESSONS, SYSTEM_PACKS

# Language, time zone and connection; over SSH the client chooses their values.
_KEPT = {
    "TERM": r"[A-Za-z0-9+.-]{1,32}",
    "LANG": r"[A-Za-z0-9_.@-]{1,32}",
    "LC_ALL": r"[A-Za-z0-9_.@-]{1,32}",
    "LC_CTYPE": r"[A-Za-z0-9_.@-]{1,32}",
    "TZ": r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}",
    "NO_COLOR": r".{0,8}",
    LANGUAGE: r"[A-Za-z0-9_.-]{1,32}",
    "USER": r"[A-Za-z0-9_.-]{1,64}",
    "HOME": r"/[^\x00-\x1f]{0,255}",
    "SSH_CONNECTION": r"[0-9a-fA-F.:% ]{1,128}",
}
# Set only by the administrator: sshd accepts from a client only the variables that its configuration names.
_ADMINISTRATORS = {
    "DL_TUTOR_SLOTS": r"/[^\x00-\x1f]{0,255}",
    **dict.fromkeys((OWN_LESSONS, SYSTEM_PACKS), r"/[^\x00-\x1f:]{0,255}(:/[^\x00-\x1f:]{0,255}){0,15}"),
}
USUAL_TERM = "xterm-256color"
ISOLATED_MARKER = "DL_TUTOR_RESTRICTED"
"""Set in the environment of the isolated interpreter."""


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The allowed part of ``environment``: known names whose values have the expected form.

    No ``PYTHON…``, ``LD_…``, ``TEXTUAL…``, ``TF_…``, editor or pager: each of them could name code to run.
    """
    kept = {
        name: environment[name]
        for name, form in {**_KEPT, **_ADMINISTRATORS}.items()
        if name in environment and re.fullmatch(form, environment[name])
    }
    return {"TERM": USUAL_TERM, "PATH": "/usr/bin:/bin", **kept, "OPENBLAS_NUM_THREADS": "1"}


def is_isolated(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this interpreter was started by ``start_isolated``."""
    return bool(sys.flags.isolated) and environment.get(ISOLATED_MARKER) == "1"


def start_isolated(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> None:
    """Replace this process by an interpreter that runs ``dl-tutor`` with these arguments; does not return.

    With ``-I``, no user folder, no working directory and no environment variable can add a module.
    """
    os.chdir("/")
    os.execve(
        sys.executable,
        [sys.executable, "-I", "-m", "tutor.cli", *arguments],
        {**clean_environment(environment), ISOLATED_MARKER: "1"},
    )
