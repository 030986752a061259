"""Parse walk-through scripts, with ``file:line: reason`` for an invalid line."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import get_args

from tutor.course.commands import WORDS, CommandError, parse_command
from tutor.course.lessons.text_file import TextFileError, read_text_file
from tutor.course.questions.answers import parse_number
from tutor.course.record.step_states import StepState
from tutor.language.chosen import ENGLISH, NoLanguage, language_code
from tutor.scripting.expectations import as_decimal
from tutor.scripting.script import (
    Action,
    ExpectAnswered,
    Expectation,
    ExpectBeyond,
    ExpectCovered,
    ExpectGoal,
    ExpectMessage,
    ExpectProgress,
    ExpectStep,
    ExpectTensorFlow,
    ExpectText,
    ExpectValue,
    Open,
    Relation,
    Script,
    ScriptError,
    Statement,
    WaitFor,
    WaitTrained,
)

# A path may have blanks inside its brackets.
_PATH_AND_REST = re.compile(r"(?P<path>[^\s\[\]]+(?:\[[^\[\]]+\])*)(?:\s+(?P<rest>.*))?")
_COMMENT = re.compile(r"(^|\s)#.*$")
MOST_SEED_DIGITS = 18
LINES_TRIED = 3
_STATES = tuple(state.word for state in StepState)
_OUTCOMES = {"correct", "wrong", "refused"}
_EXPECT_FORMS = (
    "usage: expect NAME VALUE [TOLERANCE], expect NAME above|below VALUE, expect answered "
    "correct|wrong|refused, expect message WORDS, expect text WORDS, expect covered NAME, expect step ID, "
    "expect goal NUMBER reached|open, expect progress STATE, or expect tensorflow NAME TOLERANCE"
)
_WAIT_FORMS = "usage: wait trained, or wait NAME above|below VALUE"


class _Unreadable(ValueError):
    """An invalid line; the message is the reason."""


def read_script(file: Path) -> Script:
    """The script in ``file``; raises ``ScriptError``."""
    try:
        source = read_text_file(file)
    except TextFileError as error:
        raise ScriptError(file, error.line, "there is no such script" if error.missing else str(error)) from None
    return parse_script(source, file)


def begins_as_script(file: Path) -> bool:
    """Whether the file is a walk-through script, possibly with mistakes; false if it is not text.

    Its first non-empty line must begin with a word of the language. As these are common words, one of the first
    ``LINES_TRIED`` lines must also be a valid statement.
    """
    try:
        source = read_text_file(file)
    except TextFileError:
        return False
    lines = (_COMMENT.sub("", raw).strip() for raw in source.splitlines())
    tried = list(itertools.islice((line for line in lines if line), LINES_TRIED))
    if not tried:
        return False
    first = tried[0].split()[0].lower()
    return (first in ("open", "wait", "expect") or first in WORDS) and any(map(_is_statement, tried))


def _is_statement(text: str) -> bool:
    try:
        _action(text)
    except (CommandError, _Unreadable):
        return False
    return True


def parse_script(source: str, file: Path) -> Script:
    """Parse ``source``; ``file`` names it in messages. Raises ``ScriptError``."""
    statements: list[Statement] = []
    for number, raw in enumerate(source.splitlines(), start=1):
        text = _COMMENT.sub("", raw).strip()
        if not text:
            continue
        try:
            action = _action(text)
        except (CommandError, _Unreadable) as error:
            raise ScriptError(file, number, str(error)) from error
        if not statements and not isinstance(action, Open):
            raise ScriptError(file, number, f"a script begins with open LESSON; got {text!r}")
        statements.append(Statement(number, text, action))
    if not statements:
        raise ScriptError(file, 1, "this script has no line; it begins with open LESSON")
    return Script(file, tuple(statements))


def _action(text: str) -> Action:
    word, _, rest = text.partition(" ")
    match word.lower():
        case "open":
            return _open(rest.split())
        case "wait":
            return _wait(rest.strip())
        case "expect":
            return _expect(rest.strip())
    if word.lower() not in WORDS:
        raise _Unreadable(f"there is no word {word!r}; there are open, wait, expect, {', '.join(WORDS)}")
    return parse_command(text)


def _open(words: list[str]) -> Open:
    form = "usage: open LESSON [at STEP] [seed N] [language CODE]"
    if len(words) % 2 == 0:
        raise _Unreadable(form)
    options = dict(zip((w.lower() for w in words[1::2]), words[2::2], strict=True))
    seed = options.get("seed", "0")
    if set(options) - {"at", "seed", "language"} or 2 * len(options) + 1 != len(words):
        raise _Unreadable(form)
    if not seed.isdecimal() or len(seed) > MOST_SEED_DIGITS:
        raise _Unreadable(f"a seed is a whole number of at most {MOST_SEED_DIGITS} digits; got {seed!r}")
    try:
        language = language_code(options.get("language", ENGLISH))
    except NoLanguage as error:
        raise _Unreadable(str(error)) from None
    return Open(words[0], options.get("at"), int(seed), language)


def _wait(rest: str) -> WaitTrained | WaitFor:
    if rest.lower() == "trained":
        return WaitTrained()
    path, tail = _split_path(rest, _WAIT_FORMS)
    beyond = _beyond(tail)
    if beyond is None:
        raise _Unreadable(_WAIT_FORMS)
    return WaitFor(path, *beyond)


def _expect(rest: str) -> Expectation:
    path, tail = _split_path(rest, _EXPECT_FORMS)
    match path.lower():
        case "answered":
            if tail.lower() not in _OUTCOMES:
                raise _Unreadable(f"an answer is correct, wrong or refused; got {tail!r}")
            return ExpectAnswered(tail.lower())  # type: ignore[arg-type]  # one of the three, as just checked
        case "message":
            return ExpectMessage(tail)
        case "text":
            return ExpectText(tail)
        case "covered":
            return ExpectCovered(tail)
        case "step":
            return ExpectStep(tail)
        case "goal":
            return _expect_goal(tail.split())
        case "progress":
            word = " ".join(tail.lower().split())
            if word not in _STATES:
                raise _Unreadable(f"a step is {', '.join(_STATES)}; got {tail!r}")
            return ExpectProgress(word)
        case "tensorflow":
            return _expect_tensorflow(tail)
    beyond = _beyond(tail)
    if beyond is not None:
        return ExpectBeyond(path, *beyond)
    words = tail.split()
    numbers = [as_decimal(word) for word in words]
    if len(numbers) == 2 and numbers[0] is not None and numbers[1] is not None:
        if numbers[1] < 0:
            raise _Unreadable(f"a tolerance is not below 0; got {words[1]}")
        return ExpectValue(path, words[0], words[1])
    return ExpectValue(path, tail)


def _expect_tensorflow(tail: str) -> ExpectTensorFlow:
    readout, _, tolerance = tail.rpartition(" ")
    number = parse_number(tolerance)
    if not readout.strip() or number is None or number < 0:
        raise _Unreadable("usage: expect tensorflow NAME TOLERANCE, such as expect tensorflow z 1e-6")
    return ExpectTensorFlow(readout.strip(), number)


def _expect_goal(words: list[str]) -> ExpectGoal:
    match [word.lower() for word in words]:
        case [number, "reached" | "open" as outcome] if re.fullmatch("[1-9][0-9]?", number):
            return ExpectGoal(int(number), outcome)
    raise _Unreadable("usage: expect goal NUMBER reached|open, such as expect goal 1 reached")


def _split_path(rest: str, form: str) -> tuple[str, str]:
    match = _PATH_AND_REST.fullmatch(rest)
    if match is None or not (match["rest"] or "").strip():
        raise _Unreadable(form)
    return match["path"], match["rest"].strip()


def _beyond(tail: str) -> tuple[Relation, float] | None:
    words = tail.split()
    for relation in get_args(Relation):
        if words[:1] == [relation]:
            bound = parse_number(words[1]) if len(words) == 2 else None
            if bound is None:
                raise _Unreadable(f"after {relation} comes one number; got {' '.join(words[1:]) or 'nothing'}")
            return relation, bound
    return None
