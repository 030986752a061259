"""Sentences for programs that did not run to their end."""

from __future__ import annotations

import os

from tutor.practice.advice import advice
from tutor.practice.exercise import Exercise
from tutor.practice.runner.child import MEMORY, OUTPUT
from tutor.practice.runner.client import SECONDS, Failure, Outcome
from tutor.practice.verdict import Verdict

UNPROTECTED = (
    "This machine cannot keep the code away from your files, so it was not run. It needs Landlock and seccomp, from "
    "Linux 5.13 on."
)
NO_FORK = (
    "Code cannot be run on this system: dl-tutor runs it in a copy of a process, which Linux and macOS can make. On "
    "Windows, start dl-tutor in WSL, its Linux."
)
_BAD_INDEX = "only integers, slices"
UNWRITTEN = "a ... still stands where a value is to be."


def gone_verdict(reason: object = "") -> Verdict:
    """The verdict where the process that runs code has ended, or cannot be started."""
    if not hasattr(os, "fork"):
        return Verdict("error", NO_FORK)
    why = f": {reason}" if str(reason) else ""
    return Verdict("error", f"The process that runs your code ended{why}. Check again.")


def outcome_verdict(exercise: Exercise, outcome: Outcome) -> Verdict:
    """The verdict on a run that ended before its calls were over."""
    name, given = exercise.function, ", ".join(each.name for each in exercise.inputs)
    match outcome.ended:
        case "error" if outcome.failure is not None:
            return failure_verdict(outcome.failure, exercise)
        case "no function":
            if outcome.defined:
                return Verdict("error", f"{name} is there, but it is no function; expected def {name}({given}).")
            return Verdict("error", f"There is no function {name}; expected def {name}({given}).")
        case "time":
            at = f" It was in line {outcome.line}." if outcome.line is not None else ""
            return Verdict("error", f"It did not end within {SECONDS} seconds.{at} Does a loop never end?",
                           line=outcome.line)  # fmt: skip
        case "killed":
            return Verdict("error", "The system ended it: it took too much memory or processor time.")
        case "too large":
            return Verdict("error", "What it returns is too large.")
        case "unprotected":
            return Verdict("error", UNPROTECTED)
    return Verdict("error", "It ended the program itself. A function ends with return.")


def failure_verdict(failure: Failure, exercise: Exercise) -> Verdict:
    """The verdict on an exception."""
    line = failure.line
    at = f"Line {line}: " if line is not None else ""
    if "ellipsis" in failure.message.casefold() and not failure.message.startswith(_BAD_INDEX):
        return Verdict("wrong", f"{at}{UNWRITTEN}", line=line)
    match failure.type:
        case "SyntaxError" | "IndentationError" | "TabError":
            shown = f": {failure.text}" if failure.text else ""
            reason = failure.message.split(" (<")[0]
            return Verdict("error", f"{at}this is not Python: {reason}{shown}", line=line)
        case "MemoryError":
            say = f"{at}more than {MEMORY // 2**20} MB of memory were asked for. {failure.message}".strip()
        case "_TooMuchPrinted":
            say = f"{at}more than {OUTPUT // 1024} kB were printed."
        case "RecursionError":
            say = f"{at}the function calls itself without end."
        case "SystemExit" | "KeyboardInterrupt":
            say = f"{at}it ended the program. A function ends with return."
        case "CannotRead":
            return Verdict("wrong", failure.message)
        case "NotInThisKeras":
            say = f"{at}{failure.message}."
        case "ModuleNotFoundError" | "ImportError":
            say = f"{at}{failure.message}. NumPy and Python's own library are there."
        case "PermissionError":
            say = f"{at}this is not allowed here: files, programs and the network are out of reach."
        case "TypeError" if f"{exercise.function}()" in failure.message and line is None:
            given = ", ".join(each.name for each in exercise.inputs)
            say = f"{failure.message}. It is called as {exercise.function}({given})."
        case _:
            message = f": {failure.message}" if failure.message else ""
            said = advice(failure.message)
            say = f"{at}{failure.type}: {said}" if said else f"{at}{failure.type}{message}"
    return Verdict("error", say, line=line)
