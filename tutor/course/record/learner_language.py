"""The language that a learner chose in the program, kept with their progress."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tutor.course.record.progress import Progress
from tutor.language.catalogue import _, catalogue_languages
from tutor.language.chosen import ENGLISH, NoLanguage, chosen, is_named, language_code, prefer

_SETTING = "language"
NAMES: Mapping[str, str] = MappingProxyType({"de": "Deutsch", "en": "English", "fr": "français"})
"""What each language is called by those who speak it."""


def offered_languages() -> tuple[str, ...]:
    """The codes of the languages of the interface."""
    return tuple(sorted({ENGLISH, *catalogue_languages()}))


def follow_kept_language(progress: Progress) -> bool:
    """Go on in the language that the learner chose, unless this start names one; true if that changes the language."""
    kept, before = progress.setting(_SETTING), chosen()
    if kept in offered_languages():
        prefer(kept)
    return chosen() != before


def keep_language(progress: Progress, text: str) -> str:
    """Keep the language for the next starts, and return a sentence. Raises ``NoLanguage`` with the codes there are."""
    offered = offered_languages()
    code = language_code(text)
    if code not in offered:
        raise NoLanguage(
            _("{code!r} is none of the languages here: {codes}").format(code=code, codes=", ".join(offered))
        )
    progress.set_setting(_SETTING, code)
    said = _("From the next start on: {language}.").format(language=NAMES.get(code, code))
    first = _("A language named by --language or DL_TUTOR_LANGUAGE comes first.")
    return f"{said} {first}" if is_named() else said
