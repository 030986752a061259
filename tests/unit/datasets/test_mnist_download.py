"""Downloading from a server on this machine, as servers behave and misbehave."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from tutor.datasets.digits import keras_file
from tutor.datasets.errors import DataError
from tutor.datasets.formats import mnist_download
from tutor.datasets.formats.mnist_download import download_mnist

WHOLE = np.random.default_rng(0).bytes(500_000)
SUM = hashlib.sha256(WHOLE).hexdigest()


@dataclass
class Server:
    """What it sends and what it was asked. ``cut`` is after how many bytes of an answer it hangs up."""

    url: str = ""
    content: bytes = WHOLE
    ranges: bool = True
    length: bool = True
    cut: int | None = None
    status: int | None = None
    asked: list[str | None] = field(default_factory=list)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        wanted = request.headers.get("Range")
        self.asked.append(wanted)
        start = int(wanted[6:-1]) if wanted and self.ranges else 0
        if self.status is not None:
            request.send_error(self.status)
            return
        if start and start >= len(self.content):
            request.send_error(416)
            return
        body = self.content[start:]
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        if self.length:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body if self.cut is None else body[: self.cut])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.answer(self)

        def log_message(self, *_: object) -> None: ...

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{listening.server_port}/mnist.npz"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "keras" / "datasets" / "mnist.npz"


def part(target: Path) -> Path:
    return target.with_name("mnist.npz.part")


def refusal(get: Callable[[], Path]) -> str:
    with pytest.raises(DataError) as caught:
        get()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def only(target: Path, *names: str) -> bool:
    return {file.name for file in target.parent.iterdir()} == set(names)


def test_the_address_and_the_sum_are_those_of_keras() -> None:
    found = importlib.util.find_spec("keras")
    if found is None or not found.submodule_search_locations:
        pytest.skip("Keras is not installed")
    source = (Path(found.submodule_search_locations[0]) / "src" / "datasets" / "mnist.py").read_text()
    folder, name = re.fullmatch(r"(.*/)(.*)", mnist_download.URL).groups()  # type: ignore[union-attr]
    assert f'"{folder}"' in source
    assert name in source
    assert f'"{mnist_download.SHA256}"' in source


def test_it_comes_whole_with_progress(server: Server, target: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    got = download_mnist(target, lambda there, total: seen.append((there, total)), url=server.url, sha256=SUM)
    assert got == target
    assert target.read_bytes() == WHOLE
    assert only(target, "mnist.npz")
    assert seen == sorted(seen)
    assert len(seen) > 3
    assert seen[-1] == (len(WHOLE), len(WHOLE))
    assert {total for _, total in seen} == {len(WHOLE)}


def test_without_a_target_it_is_where_keras_keeps_it(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "elsewhere"))
    assert download_mnist(url=server.url, sha256=SUM) == keras_file() == tmp_path / "elsewhere/datasets/mnist.npz"


def test_what_is_there_is_not_downloaded_again(server: Server, target: Path) -> None:
    target.parent.mkdir(parents=True)
    target.write_bytes(WHOLE)
    download_mnist(target, url=server.url, sha256=SUM)
    assert server.asked == []


def test_it_goes_on_where_the_connection_was_cut(server: Server, target: Path) -> None:
    server.cut = 200_000
    said = refusal(lambda: download_mnist(target, url=server.url, sha256=SUM))
    assert "after 200,000 of 500,000 bytes. What has come is kept: ask again to go on from there" in said
    assert only(target, "mnist.npz.part")
    refusal(lambda: download_mnist(target, url=server.url, sha256=SUM))
    server.cut = None
    seen: list[tuple[int, int | None]] = []
    download_mnist(target, lambda there, total: seen.append((there, total)), url=server.url, sha256=SUM)
    assert target.read_bytes() == WHOLE
    assert only(target, "mnist.npz")
    assert server.asked == [None, "bytes=200000-", "bytes=400000-"]
    assert seen[0][0] > 400_000
    assert seen[-1] == (500_000, 500_000)


def test_it_starts_again_where_the_server_cannot_go_on(server: Server, target: Path) -> None:
    target.parent.mkdir(parents=True)
    part(target).write_bytes(WHOLE[:123_456])
    server.ranges = False
    download_mnist(target, url=server.url, sha256=SUM)
    assert server.asked == ["bytes=123456-"]
    assert target.read_bytes() == WHOLE


def test_a_server_that_does_not_say_how_much(server: Server, target: Path) -> None:
    server.length = False
    seen: list[int | None] = []
    download_mnist(target, lambda there, total: seen.append(total), url=server.url, sha256=SUM)
    assert set(seen) == {None}
    assert target.read_bytes() == WHOLE


def test_all_of_it_was_there_but_not_yet_named(server: Server, target: Path) -> None:
    target.parent.mkdir(parents=True)
    part(target).write_bytes(WHOLE)
    download_mnist(target, url=server.url, sha256=SUM)
    assert target.read_bytes() == WHOLE
    assert only(target, "mnist.npz")


@pytest.mark.parametrize("before", [None, WHOLE[:1000][::-1], WHOLE + b"more"])
def test_bytes_that_are_not_mnist_are_not_kept_and_the_old_file_is(
    server: Server, target: Path, before: bytes | None
) -> None:
    target.parent.mkdir(parents=True)
    target.write_bytes(b"old")
    if before is not None:
        part(target).write_bytes(before)
    else:
        server.content = WHOLE[::-1]
    said = refusal(lambda: download_mnist(target, url=server.url, sha256=SUM))
    assert "is not the MNIST that was expected (its SHA-256 differs); it was not kept" in said
    assert target.read_bytes() == b"old"
    assert only(target, "mnist.npz")


def test_a_flood_is_ended(server: Server, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist_download, "LARGEST", 300_000)
    assert "far more came than MNIST has" in refusal(lambda: download_mnist(target, url=server.url, sha256=SUM))
    assert only(target)


@pytest.mark.parametrize(("status", "said"), [(404, "the server answers 404"), (503, "the server answers 503")])
def test_an_error_of_the_server_is_told(server: Server, target: Path, status: int, said: str) -> None:
    server.status = status
    assert said in refusal(lambda: download_mnist(target, url=server.url, sha256=SUM))
    assert only(target)


def test_without_a_network_it_says_how_to_get_it_by_hand(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    said = refusal(lambda: download_mnist(target))
    assert "MNIST cannot be downloaded: Name or service not known. To get it by hand, download" in said
    assert f"{mnist_download.URL} on a machine with a network and put it at {target}" in said
    assert said.endswith("Until then the synthetic digits that ship are used.")
    assert only(target)


def test_a_place_that_cannot_be_written_is_told(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "round").symlink_to("round")
    for target, said in (
        (tmp_path, "this is a folder; expected the name of a file"),
        (tmp_path / "file" / "mnist.npz", "the file cannot be written"),
        (tmp_path / "round", "no file can have this name"),
    ):
        assert said in refusal(lambda target=target: download_mnist(target, url=server.url, sha256=SUM))  # type: ignore[misc]
    assert server.asked == []


def test_a_full_disk_is_told_and_the_old_file_stays(server: Server, target: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this machine has no /dev/full")
    target.parent.mkdir(parents=True)
    target.write_bytes(b"old")
    part(target).symlink_to(full)
    said = refusal(lambda: download_mnist(target, url=server.url, sha256=SUM))
    assert said.startswith(f"{target}: the file cannot be written: No space left on device")
    assert target.read_bytes() == b"old"


def test_who_watches_may_end_it_and_what_came_is_kept(server: Server, target: Path) -> None:
    def stop(there: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download_mnist(target, stop, url=server.url, sha256=SUM)
    assert 0 < part(target).stat().st_size < len(WHOLE)
    download_mnist(target, url=server.url, sha256=SUM)
    assert target.read_bytes() == WHOLE
