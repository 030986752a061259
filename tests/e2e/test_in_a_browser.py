"""``dl-tutor web`` in a real Chromium: home, a lesson, an answer, a drawing by mouse, training, and a reload."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.browser_page import BrowserPage, browser, playwright, served
from tests.e2e.shapes_screen import go_to_shapes, grid_place, open_full_lab, pixels, train_for_long, training_epoch
from tests.e2e.terminal import CTRL_Q, ENTER


@pytest.fixture(scope="module")
def running() -> Iterator[playwright.Browser]:
    with browser() as started:
        yield started


def test_a_lesson_is_answered_drawn_trained_and_found_again(running: playwright.Browser, tmp_path: Path) -> None:
    with served(tmp_path) as address:
        page = BrowserPage(running, address)
        go_to_shapes(page)  # type: ignore[arg-type]
        # The key is not in the address any more, where a shared link would show it.
        assert "key" not in page.page.url
        assert page.size[0] > 100

        page.send("a", "24", ENTER)
        page.wait_until(lambda text: "✗" in text or "Try again" in text or "wrong" in text.lower(), "a wrong answer")

        open_full_lab(page)  # type: ignore[arg-type]
        before = pixels(page.text)
        place = grid_place(page.text)
        assert place is not None
        column, row, scale = place
        wide = 2 * scale
        # From the first pixel to the third, over the second: each takes the colour that the first one got.
        page.drag(*((column + wide * x + 1, row) for x in (0, 1, 2)))
        first = "1" if before[0][0] == "0" else "0"
        drawn = page.wait_until(lambda text: pixels(text)[:1] == (first * 3 + before[0][3:],), "the drawn pixels")
        assert pixels(drawn)[1:] == before[1:]

        train_for_long(page)  # type: ignore[arg-type]
        page.wait_until(lambda text: training_epoch(text) > 3, "some epochs")
        page.wait_until(lambda text: any("⠀" < sign <= "⣿" for sign in text), "the curve, in braille")

        seen = training_epoch(page.text)
        page.reload()
        # It went on meanwhile; nothing had to be opened again.
        page.wait_until(lambda text: training_epoch(text) >= seen, "the training that goes on")
        assert pixels(page.text) == pixels(drawn)
        page.send(CTRL_Q)
        page.page.wait_for_selector("#closed", state="visible")
        page.page.get_by_role("button", name="Go on").click()
        page.wait_for("Resume: The shapes network")


def test_a_second_window_takes_over_where_the_first_was(running: playwright.Browser, tmp_path: Path) -> None:
    with served(tmp_path) as address:
        first = BrowserPage(running, address)
        first.wait_for("What deep learning is", "Quit")
        first.send("?")
        first.wait_for("Help", "escape closes")
        second = BrowserPage(running, address, 810, 1080)
        second.wait_for("Help", "escape closes")
        first.page.wait_for_selector("#closed", state="visible")
        assert second.size != first.size


@pytest.mark.parametrize(
    ("headers", "with_key", "said"),
    [
        ({}, False, "it has the key"),
        ({"Cookie": "dl-tutor=guessed"}, False, "it has the key"),
        ({"Host": "evil.example"}, True, "answers at"),
        ({"Origin": "http://evil.example"}, True, "other sites"),
        ({"Origin": "null"}, True, "other sites"),
    ],
    ids=["no key", "a wrong key", "another name of this machine", "a page of another site", "a page of no site"],
)
@pytest.mark.parametrize("path", ["/", "/ws", "/static/js/textual.js"])
def test_nobody_else_comes_in(tmp_path: Path, headers: dict[str, str], with_key: bool, said: str, path: str) -> None:
    with served(tmp_path) as address:
        whole = address.replace("/?", f"{path}?")
        request = urllib.request.Request(whole if with_key else whole.partition("?")[0], headers=headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=60)
        assert refused.value.code == 403
        assert said in refused.value.read().decode()
