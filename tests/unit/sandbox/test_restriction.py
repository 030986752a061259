"""What a restricted process tries, the kernel refuses; the same attempts succeed without the restriction."""

from __future__ import annotations

import ast
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tutor.sandbox.restriction import reachable_level

ATTACKS = Path(__file__).with_name("attacks.py")
# Under these numbers there is nothing on other machines, and without the restriction not on every kernel; a kernel may
# have no rings, or none for this user.
NOT_EVERYWHERE = {"a socket under another number", "a pair under another number", "a ring of requests to the kernel"}

whole = pytest.mark.skipif(not reachable_level().complete, reason=f"on this machine {reachable_level()}")


def names(table: str) -> list[str]:
    """The attempts of ``attacks.py``, read without running them."""
    for node in ast.parse(ATTACKS.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == table:
            assert isinstance(node.value, ast.Dict)
            return [ast.literal_eval(key) for key in node.value.keys if key is not None]
    raise AssertionError(table)


def attempts(folder: Path, *restricted: str) -> dict[str, Any]:
    own, other = folder / "own", folder / "other"
    own.mkdir()
    other.mkdir()
    (other / "progress.db").write_bytes(b"another's")
    log, nameless = (socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2))
    with log, nameless:
        log.bind(str(other / "log"))
        nameless.bind(f"\0{other / 'log'}")
        ran = subprocess.run(
            [sys.executable, "-I", str(ATTACKS), str(own), str(other), *restricted],
            capture_output=True, text=True, timeout=120, check=False, start_new_session=True,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    results: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return results


@pytest.fixture(scope="module")
def restricted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return attempts(tmp_path_factory.mktemp("restricted"), "restricted")


@pytest.fixture(scope="module")
def free(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return attempts(tmp_path_factory.mktemp("free"))


@whole
@pytest.mark.parametrize("attack", names("ATTACKS"))
def test_the_kernel_refuses(attack: str, restricted: dict[str, Any], free: dict[str, Any]) -> None:
    assert restricted[attack] != ""
    if attack not in NOT_EVERYWHERE:
        assert free[attack] == "", "this attempt fails anyway, so it shows nothing"


@whole
@pytest.mark.parametrize("need", names("NEEDED"))
def test_the_program_itself_goes_on(need: str, restricted: dict[str, Any]) -> None:
    assert restricted[need] == ""


@whole
def test_the_level_is_what_was_foretold(restricted: dict[str, Any]) -> None:
    level = reachable_level()
    assert restricted["level"] == [level.landlock, level.seccomp]
