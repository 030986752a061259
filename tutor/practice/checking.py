"""Checks a learner's code: runs it on the inputs that tell the bugs apart and on fresh ones, and judges what it did."""

from __future__ import annotations

import ast
import contextlib
import secrets
import threading
from collections.abc import Sequence
from typing import Any

from tutor.language.catalogue import N_, _
from tutor.practice.bank import Bank, Behaviour, bank_of_one, with_pairs
from tutor.practice.exercise import Exercise
from tutor.practice.failures import UNWRITTEN, outcome_verdict
from tutor.practice.inputs import arguments, fresh
from tutor.practice.judging import judge
from tutor.practice.precision import in_single
from tutor.practice.readings import read_outcome
from tutor.practice.runner.client import Call, Outcome, Runner
from tutor.practice.runner.starting import RunnerStarter, start_directly
from tutor.practice.verdict import Verdict

FRESH = 3
"""Inputs that nobody has seen before, for each check."""

TOO_BUSY = N_("The computer is too busy to judge it now. Check again.")

OF_STRANGERS = N_(
    "This machine cannot keep code away from your files: that takes Landlock and seccomp, from Linux 5.13 on. The code "
    "that comes with a pack runs nowhere else."
)

REMEMBERS = N_(
    "Right when it is called once, wrong when it was called before: something outside of the function, or the default "
    "of an argument, keeps what was. Make it anew inside the function."
)


class Checker:
    """Checks code with one warm process, and keeps the banks of the exercises that it has met. Close it.

    ``start`` starts the process. Raises ``RunnerGone`` if it cannot be started.
    """

    def __init__(self, unprotected: bool = False, start: RunnerStarter = start_directly) -> None:
        self._runner = Runner(unprotected, start=start)
        self._banks: dict[str, Bank] = {}
        # Who wants a bank while it is made waits for it, instead of making it once more.
        self._making, self._making_whole = threading.Lock(), threading.Lock()

    def bank(self, exercise: Exercise) -> Bank:
        """The behaviours of the exercise's bugs, alone and two at a time."""
        with self._making_whole:
            bank = self._bank_of_one(exercise)
            return bank if bank.whole else self._kept(exercise, with_pairs(exercise, bank, self._runner))

    def _bank_of_one(self, exercise: Exercise) -> Bank:
        """The behaviours of the bugs alone: enough for most checks, while those of the pairs are still made."""
        with self._making:
            if exercise.id in self._banks:
                return self._banks[exercise.id]
            return self._kept(exercise, bank_of_one(exercise, self._runner))

    def _kept(self, exercise: Exercise, bank: Bank) -> Bank:
        if bank.ended == "ok":
            self._banks[exercise.id] = bank
        return bank

    def check(self, exercise: Exercise, source: str, seed: int | None = None, count: int = FRESH) -> Verdict:
        """The verdict on this code. ``seed`` decides the fresh inputs, ``count`` of them; by default none knows them.

        Raises ``RunnerGone``.
        """
        bank = self._bank_of_one(exercise)
        if bank.ended == "unprotected" and exercise.pack:
            return Verdict("error", _(OF_STRANGERS))
        if bank.ended == "unprotected":
            return outcome_verdict(exercise, Outcome(bank.ended))
        if bank.ended != "ok":
            return Verdict("error", _(TOO_BUSY))
        # A function without inputs does the same each time.
        count = count if exercise.inputs else 0
        further = fresh(exercise, secrets.randbits(32) if seed is None else seed, count)
        calls = [arguments(each) for each in (*bank.inputs, *further)]
        outcome = read_outcome(exercise.read, in_single(self._run(exercise, source, calls)))
        solved: Sequence[Call] = ()
        if not exercise.right:
            run = self._run(exercise, exercise.solution, calls[len(bank.inputs) :])
            solved = read_outcome(exercise.read, run).calls
        verdict = judge(exercise, outcome, bank, further, solved)
        if verdict.word == "right":
            return verdict
        if (unwritten := _unwritten(source)) is not None:
            return unwritten
        # An argument that is changed in place can hide which bugs there are.
        settled = verdict.word == "bug" and not any(call.changed for call in outcome.calls)
        if outcome.ended == "ok" and not settled and not bank.whole:
            whole = self.bank(exercise)
            if whole.ended != "ok":
                return Verdict("error", _(TOO_BUSY))
            verdict = judge(exercise, outcome, whole, further, solved)
        return self._remembering(exercise, source, verdict) or verdict

    def _remembering(self, exercise: Exercise, source: str, verdict: Verdict) -> Verdict | None:
        """The verdict on a program that is right with these inputs when it is called with no others before."""
        if verdict.word == "bug" or verdict.inputs is None:
            return None
        calls = [arguments(verdict.inputs)]
        alone = read_outcome(exercise.read, self._run(exercise, source, calls))
        solved = read_outcome(exercise.read, self._run(exercise, exercise.solution, calls))
        solution = Behaviour((), solved.calls)
        if judge(exercise, alone, Bank((verdict.inputs,), (solution,)), ()).word != "right":
            return None
        return Verdict("wrong", _(REMEMBERS), inputs=verdict.inputs, printed=verdict.printed)

    def _run(self, exercise: Exercise, source: str, calls: Sequence[Sequence[Any]]) -> Outcome:
        return self._runner.run(source, exercise.function, calls, of_strangers=bool(exercise.pack))

    def allow_unprotected(self) -> None:
        """Run code from now on even where this machine cannot keep it from files, but for the exercises of packs."""
        self._runner.allow_unprotected()

    def close(self) -> None:
        """End the process."""
        self._runner.close()

    def __enter__(self) -> Checker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _unwritten(source: str) -> Verdict | None:
    """The verdict on a program with a ``...``: it is not finished, whatever it returns. None if there is none."""
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        lines = _left_open(source)
        if lines:
            return Verdict(
                "wrong", _("Line {lines}: {unwritten}").format(lines=lines[0], unwritten=_(UNWRITTEN)), line=lines[0]
            )
    return None


def _left_open(source: str) -> list[int]:
    """The lines with ``...`` as a value; in an index it means all the axes."""
    nodes = list(ast.walk(ast.parse(source)))
    slices = [node.slice for node in nodes if isinstance(node, ast.Subscript)]
    indices = {id(each) for part in slices for each in (part.elts if isinstance(part, ast.Tuple) else [part])}
    constants = (node for node in nodes if isinstance(node, ast.Constant) and id(node) not in indices)
    return sorted(node.lineno for node in constants if node.value is ...)
