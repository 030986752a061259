"""Sentences for programs that did not run to their end."""

from __future__ import annotations

import re

from tutor.practice.exercise import Exercise
from tutor.practice.runner.child import MEMORY, OUTPUT
from tutor.practice.runner.client import SECONDS, Failure, Outcome
from tutor.practice.verdict import Verdict

UNPROTECTED = (
    "This machine cannot keep the code away from your files, so it was not run. It needs Landlock and seccomp, from "
    "Linux 5.13 on. dl-tutor practice check --unprotected runs your own code all the same."
)
_BAD_INDEX = "only integers, slices"
UNWRITTEN = "a ... still stands where a value is to be."


def outcome_verdict(exercise: Exercise, outcome: Outcome) -> Verdict:
    """The verdict on a run that ended before its calls were over."""
    name = exercise.function
    match outcome.ended:
        case "error" if outcome.failure is not None:
            return failure_verdict(outcome.failure, exercise)
        case "no function":
            if outcome.defined:
                return Verdict("error", f"{name} is there, but it is no function; expected def {name}(…).")
            return Verdict("error", f"There is no function {name}; expected def {name}(…).")
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
        case "ModuleNotFoundError" | "ImportError":
            say = f"{at}{failure.message}. NumPy and Python's own library are there."
        case "PermissionError":
            say = f"{at}this is not allowed here: files, programs and the network are out of reach."
        case "TypeError" if f"{exercise.function}()" in failure.message and line is None:
            given = ", ".join(each.name for each in exercise.inputs)
            say = f"{failure.message}. It is called as {exercise.function}({given})."
        case _:
            message = f": {failure.message}" if failure.message else ""
            advice = _advice(failure.message)
            say = f"{at}{failure.type}: {advice}" if advice else f"{at}{failure.type}{message}"
    return Verdict("error", say, line=line)


def _advice(message: str) -> str:
    """A sentence in place of a message of NumPy's or Python's that does not say what to do; empty for any other."""
    if message.startswith(_BAD_INDEX):
        return "an index has to be a whole number. 7 / 5 is 1.4; 7 // 5 is 1."
    if message.startswith("The truth value of an array"):
        return (
            "if, and, or and max need one yes or no, and this is an array of them. For all numbers at once there are "
            "np.where, &, | and np.maximum; a loop takes one number at a time."
        )
    if "for ^:" in message or "'bitwise_xor'" in message:
        return "^ is no power in Python: a squared is a ** 2."
    if message.startswith("Cannot interpret") and message.endswith("as a data type"):
        return "a shape with several sizes has brackets of its own: np.zeros((3, 2))."
    if re.match(r"only (length-1|size-1|0-dimensional) arrays can be converted", message):
        return "the functions of math, and float and int, take one number. For an array there are np.exp and np.log."
    if message == "math range error":
        return "the result is too large for a float. math.exp stops there; np.exp gives inf."
    if sizes := re.search(r"^matmul: .*\(size (\d+) is different from (\d+)\)", message):
        right, left = sizes.groups()
        return (
            f"@ multiplies rows by columns: a row on its left has {left} numbers, and a column on its right {right}. "
            "Both must be the same. Is the order right, or is a .T missing?"
        )
    if shapes := re.search(r"could not be broadcast together with shapes (\(.*?\)) (\(.*?\))", message):
        one, other = shapes.groups()
        axes = [len(each.strip("(),").split(",")) for each in shapes.groups()]
        column = " keepdims=True keeps the axis of a sum, and x[:, None] makes a column of x."
        return (
            f"the shapes {one} and {other} do not go together. Axes are matched from the last one, and each pair must "
            f"be the same, or one of it 1.{column if axes[0] != axes[1] else ''}"
        )
    return ""
