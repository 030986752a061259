"""The interface's sentences in the chosen language, by gettext. English needs no catalogue and loads none."""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from tutor.language.chosen import ENGLISH, chosen

DOMAIN = "dl-tutor"
LOCALE = Path(__file__).resolve().parent.parent / "locale"
"""The folder with ``dl-tutor.pot`` and a folder for each language."""


def _(text: str) -> str:
    """The sentence in the chosen language, or as it is if it has no translation."""
    language = chosen()
    return text if language == ENGLISH or not text else _catalogue(language).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The sentence for one or for several, by the rules of the chosen language for ``count``."""
    language = chosen()
    if language == ENGLISH:
        return one if count == 1 else many
    return _catalogue(language).ngettext(one, many, count)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a constant for the catalogue; it is looked up with ``_`` where it is shown."""
    return text


def catalogue_languages() -> tuple[str, ...]:
    """The codes of the languages into which sentences are translated."""
    return tuple(sorted(file.parents[1].name for file in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


@cache
def _catalogue(language: str) -> NullTranslations:
    return translation(DOMAIN, LOCALE, [language], fallback=True)
