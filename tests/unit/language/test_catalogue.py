"""The catalogue of the interface's sentences: what it holds, what is looked up, and what stays English."""

from __future__ import annotations

import ast
import io
from contextlib import closing
from gettext import GNUTranslations
from pathlib import Path
from string import Formatter

import pytest

from tutor.course.record.learner_language import follow_kept_language, keep_language, offered_languages
from tutor.course.record.progress import Progress
from tutor.language.catalogue import DOMAIN, LOCALE, N_, _, catalogue_languages, ngettext
from tutor.language.chosen import NoLanguage, choose, chosen, speaking
from tutor.plain.face import run

SOURCES = LOCALE.parent
LANGUAGES = ("de", "fr")


def translations(language: str) -> dict[str, str]:
    """Each sentence of the compiled catalogue, with the translation of its plural under the sentence itself."""
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        catalog = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {(key[0] if isinstance(key, tuple) else key): text for key, text in catalog.items() if key}


def marked() -> set[str]:
    """The sentences that the sources mark, read from their syntax trees."""
    found: set[str] = set()
    for file in SOURCES.rglob("*.py"):
        if file.parent.name == "classroom":
            # The instructor's screens are in English.
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            at = {"_": 0, "N_": 0, "ngettext": 0, "Binding": 2}.get(node.func.id)
            if at is not None and len(node.args) > at:
                argument = node.args[at]
                if isinstance(argument, ast.Constant) and argument.value:
                    found.add(str(argument.value))
    return found


def names(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_interface_is_translated(language: str) -> None:
    assert sorted(marked() - translations(language).keys()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_what_its_sentence_does(language: str) -> None:
    wrong = [sentence for sentence, text in translations(language).items() if names(sentence) != names(text)]
    assert wrong == []


def test_a_sentence_is_looked_up_where_it_is_shown_not_where_it_is_defined() -> None:
    constant = N_("Type a number, such as 0.5 or 0,5, or arithmetic, such as 3*5 + 4")
    assert _(constant) == constant
    with speaking("de"):
        german = _(constant)
    with speaking("fr"):
        french = _(constant)
    assert len({constant, german, french}) == 3
    assert _(constant) == constant


def test_several_have_the_plural_of_the_language() -> None:
    one, many = "{count} finding", "{count} findings"
    assert [ngettext(one, many, count) for count in (0, 1, 2)] == [many, one, many]
    with speaking("fr"):
        # French has the singular for none, too.
        assert ngettext(one, many, 0) == ngettext(one, many, 1) != ngettext(one, many, 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ordinary_plural_is_translated_as_that_of_a_million_is(language: str) -> None:
    """French has a form of its own for millions. Babel puts English where a form is empty, so none may be."""
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        catalog = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    sentences = {key[0] for key in catalog if isinstance(key, tuple)}
    assert sentences
    with speaking(language):
        for sentence in sentences:
            assert len({ngettext(sentence, "", count) for count in (2, 5, 21, 1_000_000)}) == 1, sentence


def test_a_language_without_a_catalogue_stays_english() -> None:
    with speaking("eo"):
        assert _("Next lesson") == "Next lesson"
        assert ngettext("{count} finding", "{count} findings", 1) == "{count} finding"
    assert "eo" not in catalogue_languages()


def test_the_language_that_a_learner_keeps_counts_from_the_next_start_on(tmp_path: Path) -> None:
    with closing(Progress(tmp_path)) as progress:
        assert not follow_kept_language(progress)
        assert "Deutsch" in keep_language(progress, "de-AT")
        assert chosen() == "en"
    before = chosen()
    try:
        with closing(Progress(tmp_path)) as progress:
            assert follow_kept_language(progress)
            assert chosen() == "de"
    finally:
        choose(None)
    assert chosen() == before


def test_the_command_line_comes_before_what_a_learner_keeps(tmp_path: Path) -> None:
    with closing(Progress(tmp_path)) as progress:
        keep_language(progress, "de")
        with speaking("fr"):
            assert not follow_kept_language(progress)
            assert chosen() == "fr"


@pytest.mark.parametrize("text", ["xx", "klingon!"])
def test_what_is_no_language_here_is_told_with_those_there_are(tmp_path: Path, text: str) -> None:
    with closing(Progress(tmp_path)) as progress, pytest.raises(NoLanguage, match=r"xx.*de, en, fr|code of a language"):
        keep_language(progress, text)


def test_english_is_always_offered() -> None:
    assert set(offered_languages()) == {"en", *LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_neuron_is_read_out_without_an_english_sentence_of_the_interface(tmp_path: Path, language: str) -> None:
    lines = ("sure", "1", "hint", "skip", "next", "7", "hint", "skip", "steps", "help", "progress", "nonsense", "quit")
    with speaking(language):
        out = io.StringIO()
        assert run("neuron", None, tmp_path, stdin=io.StringIO("\n".join(lines) + "\n"), stdout=out) == 0
    said = " ".join(out.getvalue().split())
    same = {sentence for sentence, text in translations(language).items() if sentence == text}
    # Sentences of three words and more without a placeholder, so that a hit is no accident.
    whole = [s for s in marked() - same if "{" not in s and len(s.split()) > 2]
    assert [sentence for sentence in whole if " ".join(sentence.split()) in said] == []
