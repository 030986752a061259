"""An answer to the exercise on softmax that tries what it should not be able to, and says what worked."""

from __future__ import annotations

from pathlib import Path

from tutor.resources import exercises_folder

NOTHING = "nothing of that worked"
_SOURCE = """import ctypes, os, socket, subprocess, sys
STATE, SOLUTION, LAUNCHER = {state!r}, {solution!r}, {launcher}
def needs(holds):
    if not holds:
        raise OSError
def fork():
    if os.fork() == 0:
        os._exit(0)
TRIED = {{
    "progress": lambda: open(STATE + "/progress.db", "rb").read(1),
    "own folder": lambda: os.listdir(STATE),
    "writing": lambda: open(STATE + "/left-behind", "w").close(),
    "writing to tmp": lambda: open("/tmp/left-behind-by-an-exercise", "w").close(),
    "solution": lambda: open(SOLUTION).read(),
    "users": lambda: open("/etc/passwd").read(),
    "root": lambda: os.listdir("/"),
    "processes": lambda: os.listdir("/proc"),
    "environment of the launcher": lambda: open("/proc/%d/environ" % LAUNCHER, "rb").read(),
    "environment of the parent": lambda: open("/proc/%d/environ" % os.getppid(), "rb").read(),
    "pipes of the parent": lambda: os.listdir("/proc/%d/fd" % os.getppid()),
    "fork": fork,
    "program": lambda: subprocess.run(["/bin/true"], check=True),
    "shell": lambda: needs(os.system("true") == 0),
    "socket": lambda: socket.socket().close(),
    "unix socket": lambda: socket.socket(socket.AF_UNIX).close(),
    "signal to the launcher": lambda: os.kill(LAUNCHER, 0),
    "signal to the parent": lambda: os.kill(os.getppid(), 0),
    "terminal": lambda: os.close(os.open("/dev/ptmx", os.O_RDWR)),
    "staying": lambda: needs(ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0),
    "memory file": lambda: os.close(os.memfd_create("x")),
    "what stands for Keras as a file": lambda: open(__import__("keras").Sequential.build.__code__.co_filename).read(),
    "the program's own modules": lambda: __import__("tutor.practice.checking"),
}}
def softmax(z):
    done = []
    for name, attempt in TRIED.items():
        try:
            attempt()
            done.append(name)
        except BaseException:
            pass
    raise RuntimeError(", ".join(done) or "{nothing}")
"""


def attacks(state: Path, launcher: int) -> str:
    """The program; ``state`` is the folder of the session, ``launcher`` the process that starts others for it."""
    solution = exercises_folder() / "06_softmax" / "solution.py"
    return _SOURCE.format(state=str(state), solution=str(solution), launcher=launcher, nothing=NOTHING)
