"""Collect the interface's sentences into the catalogue, merge them into each language, and compile it, with Babel.

python -m scripts.catalogue [--check | --missing]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from string import Formatter
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tutor import __version__
from tutor.language.catalogue import DOMAIN, LOCALE

SOURCES = Path(__file__).parents[1] / "tutor"
# A key's words on the last line of a screen are the third argument of Textual's Binding.
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "Binding": (3,)}
WIDTH = 110
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


def collected() -> Catalog:
    """All sentences marked in the sources, each with the files that have it."""
    catalog = Catalog(project="dl-tutor", version=__version__, charset="utf-8", fuzzy=False)
    found: Iterable[Any] = extract_from_dir(
        SOURCES, [("ui/classroom/**.py", "ignore"), ("**.py", "python")], keywords=KEYWORDS
    )
    with redirect_stderr(StringIO()):
        # Babel notes each Binding whose first argument, the key, is computed.
        found = list(found)
    for file, _line, text, _comments, context in found:
        parts = text if isinstance(text, tuple) else (text,)
        if all(parts):
            # Without lines: a change above a sentence is none of the catalogue.
            catalog.add(text, None, [(file, None)], context=context)  # type: ignore[list-item]
    return catalog


def merged(language: str, template: Catalog) -> Catalog:
    """The language's catalogue with all sentences of ``template``; those that went are left out."""
    with _po(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.project, catalog.version, catalog.fuzzy = template.project, template.version, False
    catalog.header_comment = f"# The sentences of dl-tutor, in {catalog.locale.english_name}."
    # The dates of the header would differ at each run.
    catalog.creation_date = catalog.revision_date = _NO_DATE
    return catalog


def faults(language: str, catalog: Catalog) -> list[str]:
    """Translations whose ``{name}`` placeholders are not those of the sentence, or whose blanks at the ends differ."""
    found = []
    for message in catalog:
        if not message.id:
            continue
        for source, text in _pairs(message):
            if not text:
                continue
            if _names(text) != _names(source):
                found.append(f"{language}: {source!r} has {_named(source)}, its translation has {_named(text)}")
            if (text[:1].isspace(), text[-1:].isspace()) != (source[:1].isspace(), source[-1:].isspace()):
                found.append(f"{language}: {source!r} and its translation differ in the blanks at their ends")
    return found


def missing(catalog: Catalog) -> list[Message]:
    """The sentences without a translation."""
    return [message for message in catalog if message.id and not all(text for _, text in _pairs(message))]


def main() -> int:
    """Write the catalogue; with ``--check``, report what differs from the files or is wrong in them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--check", action="store_true", help="change nothing; fail if a file would change")
    which.add_argument("--missing", action="store_true", help="print the sentences that are not translated")
    given = parser.parse_args()
    template = collected()
    files = {LOCALE / f"{DOMAIN}.pot": _text_of(template)}
    wrong: list[str] = []
    for language in _languages():
        catalog = merged(language, template)
        wrong += faults(language, catalog)
        left = missing(catalog)
        total = sum(1 for message in catalog if message.id)
        print(f"{language}: {total - len(left)} of {total} sentences are translated")
        if given.missing:
            print(*(repr(message.id) for message in left), sep="\n")
        compiled = BytesIO()
        write_mo(compiled, catalog)
        files |= {_po(language): _text_of(catalog), _po(language).with_suffix(".mo"): compiled.getvalue()}
    if given.missing:
        return 0
    wrong += _write(files, given.check)
    print(*wrong, sep="\n", file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


def _write(files: dict[Path, bytes], check: bool) -> list[str]:
    changed = [path for path, text in files.items() if not path.is_file() or path.read_bytes() != text]
    if check:
        return [f"{path.name} is not up to date: python -m scripts.catalogue writes it" for path in changed]
    for path in changed:
        path.write_bytes(files[path])
    return []


def _text_of(catalog: Catalog) -> bytes:
    text = BytesIO()
    write_po(text, catalog, width=WIDTH, omit_header=False, sort_output=True)
    lines = (line for line in text.getvalue().splitlines(keepends=True) if b"-Date:" not in line)
    return b"".join(lines)


def _languages() -> list[str]:
    return sorted(file.parents[1].name for file in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def _po(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _pairs(message: Message) -> list[tuple[str, str]]:
    """The sentence with its translation; of one with a number each form, of which a language may have three."""
    if isinstance(message.id, (tuple, list)):
        one, many = message.id
        texts = message.string if isinstance(message.string, (tuple, list)) else ("", "")
        return [(one, texts[0]), *((many, text) for text in texts[1:])]
    return [(str(message.id), str(message.string or ""))]


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _named(text: str) -> str:
    return ", ".join(sorted(_names(text))) or "none"


if __name__ == "__main__":
    sys.exit(main())
