"""Every token of the studio in the documents and the examples can be opened."""

from __future__ import annotations

import re

import pytest

from tests.unit.docs.test_links import PAGES
from tutor.commands.console.examples import EXAMPLES
from tutor.studio.token import experiment_of, token_of

TOKEN = re.compile(r"dlt1:[^\s\"`|]*~[0-9a-f]{4}")
TEXTS = (
    *(page.read_text(encoding="utf-8") for page in PAGES),
    *(line for each in EXAMPLES.values() for line, _ in each),
)
TOKENS = [token for text in TEXTS for token in TOKEN.findall(text)]


@pytest.mark.parametrize("token", TOKENS)
def test_it_can_be_opened(token: str) -> None:
    assert token_of(experiment_of(token)) == token


def test_there_are_some() -> None:
    assert len(TOKENS) > 2
