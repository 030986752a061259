"""What the tests of exercises share: one warm process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tutor.practice.checking import Checker
from tutor.practice.runner.client import Runner
from tutor.sandbox.restriction import reachable_level

needs_sandbox = pytest.mark.skipif(not reachable_level().complete, reason="this machine cannot restrict a process")


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    with Runner(seconds=1) as one:
        yield one


@pytest.fixture(scope="session")
def checker() -> Iterator[Checker]:
    with Checker() as one:
        yield one
