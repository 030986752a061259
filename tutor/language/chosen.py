"""The chosen language, set once as the program starts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

ENGLISH = "en"
"""The language in which lessons are written; all others are translations of it."""
VARIABLE = "DL_TUTOR_LANGUAGE"
"""The environment variable with the learner's language."""

_CODE = re.compile(r"([a-z]{2,3})(?:[_-][A-Za-z]{2,4})?(?:\.[A-Za-z0-9-]+)?")


class NoLanguage(ValueError):
    """A text that is no code of a language; the message says what was expected."""


class _Choice:
    """The one choice of this process, and whether its start named it."""

    language = ENGLISH
    named = False


_choice = _Choice()


def language_code(text: str) -> str:
    """The code of two or three letters (ISO 639) in ``text``: ``de`` of ``de``, ``de-AT`` or ``de_AT.UTF-8``.

    Raises ``NoLanguage``.
    """
    match = _CODE.fullmatch(text.strip())
    if match is None:
        raise NoLanguage(f"expected the code of a language, such as de or fr; got {text!r}")
    return match[1]


def language_for(given: str | None, environment: Mapping[str, str] = os.environ) -> str | None:
    """The language ``given`` on the command line, else that of the environment; None if neither names one.

    The locale does not count: most lessons stand in English alone, and half a translation is worse than none unless
    somebody asked for it. Raises ``NoLanguage``.
    """
    if given is not None:
        return language_code(given)
    named = environment.get(VARIABLE, "")
    try:
        return language_code(named) if named.strip() else None
    except NoLanguage as error:
        raise NoLanguage(f"{VARIABLE}: {error}") from None


def choose(language: str | None) -> None:
    """Choose a language by its code, for the texts that are read from now on; None leaves it to be preferred."""
    _choice.language, _choice.named = language or ENGLISH, language is not None


def prefer(language: str) -> None:
    """Choose a language unless the start of the program named one."""
    if not _choice.named:
        _choice.language = language


def is_named() -> bool:
    """Whether the start of the program named the language."""
    return _choice.named


def chosen() -> str:
    """The code of the chosen language."""
    return _choice.language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it the chosen language is ``language``: for scripts and tests."""
    before = _choice.language, _choice.named
    choose(language)
    try:
        yield
    finally:
        _choice.language, _choice.named = before
