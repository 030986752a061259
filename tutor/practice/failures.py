"""Sentences for programs that did not run to their end."""

from __future__ import annotations

import os

from tutor.language.catalogue import N_, _
from tutor.practice.advice import advice
from tutor.practice.exercise import Exercise
from tutor.practice.runner.child import MEMORY, OUTPUT
from tutor.practice.runner.client import SECONDS, Failure, Outcome
from tutor.practice.verdict import Verdict

UNPROTECTED = N_(
    "This machine cannot keep the code away from your files, so it was not run. It needs Landlock and seccomp, from "
    "Linux 5.13 on."
)
NO_FORK = N_(
    "Code cannot be run on this system: dl-tutor runs it in a copy of a process, which Linux and macOS can make. On "
    "Windows, start dl-tutor in WSL, its Linux."
)
_BAD_INDEX = "only integers, slices"
UNWRITTEN = N_("a ... still stands where a value is to be.")


def gone_verdict(reason: object = "") -> Verdict:
    """The verdict where the process that runs code has ended, or cannot be started."""
    if not hasattr(os, "fork"):
        return Verdict("error", _(NO_FORK))
    why = f": {reason}" if str(reason) else ""
    return Verdict("error", _("The process that runs your code ended{why}. Check again.").format(why=why))


def outcome_verdict(exercise: Exercise, outcome: Outcome) -> Verdict:
    """The verdict on a run that ended before its calls were over."""
    name, given = exercise.function, ", ".join(each.name for each in exercise.inputs)
    match outcome.ended:
        case "error" if outcome.failure is not None:
            return failure_verdict(outcome.failure, exercise)
        case "no function":
            if outcome.defined:
                return Verdict(
                    "error",
                    _("{name} is there, but it is no function; expected def {name}({given}).").format(
                        name=name, given=given
                    ),
                )
            return Verdict(
                "error", _("There is no function {name}; expected def {name}({given}).").format(name=name, given=given)
            )
        case "time":
            at = _(" It was in line {line}.").format(line=outcome.line) if outcome.line is not None else ""
            said = _("It did not end within {seconds} seconds.{at} Does a loop never end?")
            return Verdict("error", said.format(seconds=SECONDS, at=at), line=outcome.line)
        case "killed":
            return Verdict("error", _("The system ended it: it took too much memory or processor time."))
        case "too large":
            return Verdict("error", _("What it returns is too large."))
        case "unprotected":
            return Verdict("error", _(UNPROTECTED))
    return Verdict("error", _("It ended the program itself. A function ends with return."))


def failure_verdict(failure: Failure, exercise: Exercise) -> Verdict:
    """The verdict on an exception."""
    line = failure.line
    at = _("Line {line}: ").format(line=line) if line is not None else ""
    if "ellipsis" in failure.message.casefold() and not failure.message.startswith(_BAD_INDEX):
        return Verdict("wrong", f"{at}{_(UNWRITTEN)}", line=line)
    match failure.type:
        case "SyntaxError" | "IndentationError" | "TabError":
            shown = f": {failure.text}" if failure.text else ""
            reason = failure.message.split(" (<")[0]
            return Verdict(
                "error",
                _("{at}this is not Python: {reason}{shown}").format(at=at, reason=reason, shown=shown),
                line=line,
            )
        case "MemoryError":
            say = (
                _("{at}more than {memory} MB of memory were asked for. {message}")
                .format(at=at, memory=MEMORY // 2**20, message=failure.message)
                .strip()
            )
        case "_TooMuchPrinted":
            say = _("{at}more than {output} kB were printed.").format(at=at, output=OUTPUT // 1024)
        case "RecursionError":
            say = _("{at}the function calls itself without end.").format(at=at)
        case "SystemExit" | "KeyboardInterrupt":
            say = _("{at}it ended the program. A function ends with return.").format(at=at)
        case "CannotRead":
            return Verdict("wrong", failure.message)
        case "NotInThisKeras":
            say = f"{at}{failure.message}."
        case "ModuleNotFoundError" | "ImportError":
            say = _("{at}{message}. NumPy and Python's own library are there.").format(at=at, message=failure.message)
        case "PermissionError":
            say = _("{at}this is not allowed here: files, programs and the network are out of reach.").format(at=at)
        case "TypeError" if f"{exercise.function}()" in failure.message and line is None:
            given = ", ".join(each.name for each in exercise.inputs)
            say = _("{message}. It is called as {function}({given}).").format(
                message=failure.message, function=exercise.function, given=given
            )
        case _:
            message = f": {failure.message}" if failure.message else ""
            said = advice(failure.message)
            say = f"{at}{failure.type}: {said}" if said else f"{at}{failure.type}{message}"
    return Verdict("error", say, line=line)
