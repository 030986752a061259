"""What nothing reaches any more is freed when the program says so, and not when Python thinks that it is time."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from tutor.ui.allocation import give_back_memory, set_aside_what_stays


class Node:
    """Something that may hold itself, as a screen and its widgets hold each other."""

    itself: Node | None = None


@pytest.fixture(autouse=True)
def python_does_not_search() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def a_circle() -> tuple[Node, weakref.ref[Node]]:
    node = Node()
    node.itself = node
    return node, weakref.ref(node)


def test_what_is_new_and_not_reached_is_freed() -> None:
    node, seen = a_circle()
    give_back_memory()
    assert seen() is node
    del node
    assert seen() is not None
    give_back_memory()
    assert seen() is None


def test_what_is_set_aside_the_first_time_stays_and_what_comes_later_is_freed() -> None:
    node, seen = a_circle()
    set_aside_what_stays()
    assert node not in gc.get_objects()
    del node
    later, seen_later = a_circle()
    set_aside_what_stays()
    assert later in gc.get_objects()
    del later
    set_aside_what_stays()
    assert seen_later() is None
    assert seen() is not None
