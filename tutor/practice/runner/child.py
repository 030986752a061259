"""What happens in the fork: restrict, run the learner's code, send back what it returned.

The fork has only the pipe for its answer: a check reads nothing from it but values.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import signal
import sys
import sysconfig
import traceback
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any, NoReturn

import numpy as np

from tutor.practice.runner import recorded_keras
from tutor.practice.runner.request import Request
from tutor.practice.runner.values import Code, to_bytes
from tutor.sandbox.restriction import Level, restrict

MEMORY, OUTPUT = 512 * 2**20, 64 * 1024
"""The limits: bytes beyond what Python itself takes, characters printed."""
FILE = "<your code>"
"""The name of the learner's file in tracebacks."""
GIVEN = "<given>"
"""The name of the text of a function that the learner's is given."""
_LARGEST_LOCAL = 100_000


class _TooMuchPrinted(BaseException):
    pass


class _Printed(io.StringIO):
    """What is printed, up to a limit."""

    def write(self, text: str) -> int:
        if self.tell() + len(text) > OUTPUT:
            super().write(text[: max(0, OUTPUT - self.tell())])
            raise _TooMuchPrinted
        return super().write(text)


def run(asked: Request, answers: int) -> NoReturn:
    """Run ``asked`` and write the answer to the descriptor ``answers``; then end."""
    status = 1
    try:
        level = _shut_in(asked.readable, answers, asked.seconds)
        if not (level.complete or asked.unprotected):
            _send(answers, {"ended": "unprotected", "level": str(level)})
        else:
            _send(answers, {"ended": "ok", "programs": [_checked(asked, source, answers) for source in asked.sources]})
        status = 0
    finally:
        # No code at exit, no thread that was left, has a say any more.
        os._exit(status)


def readable_libraries() -> list[Path]:
    """Python's own library and NumPy; not the packages beside them, of which this program is one."""
    library = Path(sysconfig.get_paths()["stdlib"])
    own = [path for path in library.iterdir() if path.name not in ("site-packages", "dist-packages")]
    numpy = Path(np.__file__).parent
    return [*own, numpy, numpy.with_name("numpy.libs"), Path("/dev/null"), Path("/dev/urandom")]


def _shut_in(readable: Sequence[Path], answers: int, seconds: int) -> Level:
    """Limit this process in time, memory and files, and take the server's pipes from it."""
    import resource  # not on Windows, where nothing forks

    # If memory runs out, this ends, not the session that asked for it.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.closerange(3, answers)
    os.closerange(answers + 1, os.sysconf("SC_OPEN_MAX"))
    limits = [
        (resource.RLIMIT_CPU, seconds + 1), (resource.RLIMIT_FSIZE, 0),
        # The account has a limited number of threads, of which the session needs some.
        (resource.RLIMIT_NPROC, 0),
    ]  # fmt: skip
    # Only Linux says how much it has now.
    with contextlib.suppress(FileNotFoundError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limits.append((resource.RLIMIT_AS, pages * resource.getpagesize() + MEMORY))
    for limit, most in limits:
        resource.setrlimit(limit, (most, most))
    libraries = readable_libraries()
    _forget_packages()
    return restrict((), readable, base=libraries)


def _forget_packages() -> None:
    """Let imports find Python's own library and the parts of NumPy: other packages are missing, not forbidden."""
    standard = sysconfig.get_paths()
    sys.path[:] = [standard["stdlib"], str(Path(standard["stdlib"], "lib-dynload"))]
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter, PathFinder]
    # The folder itself cannot be listed later, for other packages may be in it; the finder remembers what it lists now.
    PathFinder.find_spec("no module of this name")
    for name in [name for name in sys.modules if name.partition(".")[0] == "tutor"]:
        del sys.modules[name]
    # What stands for Keras is in memory already: no file of it need be readable.
    sys.modules.update(recorded_keras.MODULES)


def _checked(asked: Request, source: str, answers: int) -> dict[str, Any]:
    """Load the code, call its function with each list of arguments, and collect what comes back."""
    printed = _Printed()
    sys.stdout = sys.stderr = printed
    sys.stdin = io.StringIO()

    def too_long(_: int, frame: FrameType | None) -> NoReturn:
        _send(answers, {"ended": "time", "line": _line_of(frame), "printed": _text(printed)})
        os._exit(0)

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(asked.seconds)
    found: dict[str, Any] = {"ended": "ok", "calls": []}
    try:
        module = _module(source)
        function = module.__dict__.get(asked.function)
        if not callable(function):
            found |= {"ended": "no function", "has": function is not None}
        else:
            found["calls"] = [_called(function, arguments, asked.locals) for arguments in asked.calls]
    except BaseException as error:
        found |= {"ended": "error", "error": _error(error)}
    signal.alarm(0)
    return {**found, "printed": _text(printed)}


def _module(source: str, file: str = FILE) -> ModuleType:
    module = ModuleType("exercise")
    exec(compile(source, file, "exec"), module.__dict__)
    return module


def _called(function: Callable[..., Any], arguments: Sequence[Any], locals_too: bool) -> dict[str, Any]:
    """The returned value, the function's local numbers if wanted, and which arguments were changed in place."""
    given = [_given(argument) for argument in arguments]
    before = [deepcopy(each) if isinstance(each, np.ndarray | list) else None for each in given]
    code = getattr(function, "__code__", None)
    kept: dict[str, Any] = {}
    try:
        with np.errstate(all="ignore"):
            returned = _traced(function, given, code, kept) if locals_too else function(*given)
            value = recorded_keras.values_of(returned)
    except BaseException as error:
        return {"error": _error(error), "locals": kept}
    changed = [
        i for i, (old, new) in enumerate(zip(before, given, strict=True))
        if old is not None and not _equal(old, new)
    ]  # fmt: skip
    return {"value": value, "locals": kept, "changed": changed}


def _equal(old: Any, new: Any) -> bool:
    if not isinstance(old, np.ndarray):
        return bool(old == new)
    # Bytes first: most arguments stay as they are, and numbers take ten times as long to compare.
    return old.tobytes() == new.tobytes() or np.array_equal(old, new, equal_nan=True)


def _traced(function: Callable[..., Any], given: list[Any], code: CodeType | None, kept: dict[str, Any]) -> Any:
    """Call the function, and keep its local numbers as they are when it ends."""

    def at_end(frame: FrameType, event: str, _: Any) -> None:
        if event == "return" and frame.f_code is code:
            kept.update({name: value for name, value in frame.f_locals.items() if _is_number(value)})

    sys.setprofile(at_end)
    try:
        return function(*given)
    finally:
        sys.setprofile(None)


def _is_number(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.size <= _LARGEST_LOCAL
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _given(argument: Any) -> Any:
    """A copy of the argument, which the next program gets too; a function from its text."""
    if isinstance(argument, Code):
        return _module(argument.source, GIVEN).__dict__[argument.name]
    return deepcopy(argument)


def _error(error: BaseException) -> dict[str, Any]:
    """Its type, its message, and the line of the learner's code where it was raised."""
    line, text, raised_in = None, "", None
    if isinstance(error, SyntaxError):
        # For a text over several lines it has all of them, and the fault is in the last.
        line, text = error.lineno, (error.text or "").strip().rpartition("\n")[2].strip()
    else:
        for frame, number in traceback.walk_tb(error.__traceback__):
            raised_in = frame.f_globals.get("__package__")
            if frame.f_code.co_filename == FILE:
                line = number
    message = str(error) if isinstance(error, Exception) else ""
    return {"type": type(error).__name__, "message": message[:500], "line": line, "text": text[:200],
            "known": isinstance(error, Exception) or type(error) in (_TooMuchPrinted, KeyboardInterrupt, SystemExit),
            "builtin": hasattr(builtins, type(error).__name__),
            "keras": raised_in == recorded_keras.__name__}  # fmt: skip


def _line_of(frame: FrameType | None) -> int | None:
    while frame is not None and frame.f_code.co_filename != FILE:
        frame = frame.f_back
    return None if frame is None else frame.f_lineno


def _text(printed: _Printed) -> str:
    return printed.getvalue()[:OUTPUT]


def _send(answers: int, answer: Mapping[str, Any]) -> None:
    rest = to_bytes(dict(answer))
    while rest:
        rest = rest[os.write(answers, rest) :]
