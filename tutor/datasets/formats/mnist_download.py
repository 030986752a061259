"""Downloads MNIST on request, from the same address as Keras.

A partial download stays in a file beside the target whose name ends in ``.part``, and the next attempt resumes it. Only
a file with the right SHA-256 gets the target's name. Address and checksum are those in ``keras/src/datasets/mnist.py``.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from tutor.datasets.digits import keras_file
from tutor.datasets.errors import DataError, escaped

URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
SIZE = 11_490_434  # bytes

LARGEST = 50_000_000  # bytes
READ_AT_ONCE = 1 << 16
TIMEOUT_SECONDS = 20.0

Progress = Callable[[int, int | None], None]
"""Called with the bytes so far and in total; the total is None if the server does not say."""


def download_mnist(
    target: Path | None = None, progress: Progress | None = None, *, url: str = URL, sha256: str = SHA256
) -> Path:
    """Download MNIST to ``target``, by default Keras's path, or resume an interrupted download.

    Does nothing if the right file exists; replaces another file of that name once the right one is complete. Returns
    the target. Raises ``DataError`` with a sentence that says what to do: without a network, for a lost connection, for
    bytes that are not MNIST, and if the file cannot be written.
    """
    target = keras_file() if target is None else target
    try:
        target = target.resolve()
        if target.is_dir():
            raise DataError(str(target), None, "this is a folder; expected the name of a file")
        if target.is_file() and _sum_of(target) == sha256:
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        try:
            with part.open("ab") as stream:
                _receive(stream, target, progress, url)
                stream.flush()
                os.fsync(stream.fileno())
        finally:
            if part.is_file() and not part.stat().st_size:
                part.unlink()
        if not part.exists() or _sum_of(part) != sha256:
            part.unlink(missing_ok=True)
            raise DataError(
                url, None, "what came from there is not the MNIST that was expected (its SHA-256 differs); it was not "
                f"kept. {_by_hand(target, url)}",
            )  # fmt: skip
        part.replace(target)
    except OSError as error:
        raise DataError(str(target), None, f"the file cannot be written: {error.strerror or error}") from error
    except (ValueError, RuntimeError) as error:  # a zero byte; links that lead to each other
        if isinstance(error, DataError):
            raise
        raise DataError(str(target), None, f"no file can have this name: {error}") from error
    return target


def _receive(stream: IO[bytes], target: Path, progress: Progress | None, url: str) -> None:
    """Append the missing bytes to ``stream``; start over if the server cannot resume."""
    there = stream.seek(0, os.SEEK_END)
    try:
        answer = _asked(url, there)
    except _NothingMore:
        return
    except (OSError, http.client.HTTPException) as error:
        raise DataError(url, None, f"MNIST cannot be downloaded: {_reason(error)}. {_by_hand(target, url)}") from None
    with answer:
        start, total = _range(answer, there)
        if start != there:
            stream.truncate(start)
            there = start
        for piece in _pieces(answer, url, target, there, total):
            stream.write(piece)
            there += len(piece)
            if there > LARGEST:
                stream.truncate(0)
                raise DataError(url, None, f"far more came than MNIST has; it was not kept. {_by_hand(target, url)}")
            if progress is not None:
                progress(there, total)


class _NothingMore(Exception):
    """The server has no more bytes."""


def _asked(url: str, there: int) -> http.client.HTTPResponse:
    headers = {"User-Agent": "dl-tutor", "Accept-Encoding": "identity"}
    if there:
        headers["Range"] = f"bytes={there}-"
    request = urllib.request.Request(url, headers=headers)
    try:
        return cast(http.client.HTTPResponse, urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and there:
            raise _NothingMore from None
        raise


def _range(answer: http.client.HTTPResponse, there: int) -> tuple[int, int | None]:
    """The offset in the file at which the response begins, and the length of the whole file."""
    found = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("Content-Range", ""))
    if answer.status == http.client.PARTIAL_CONTENT and found and int(found[1]) == there:
        return there, int(found[2])
    length = answer.headers.get("Content-Length", "")
    return 0, int(length) if length.isascii() and length.isdigit() else None


def _pieces(answer: http.client.HTTPResponse, url: str, target: Path, there: int, total: int | None) -> Iterator[bytes]:
    """The bytes that the server sends. Raises ``DataError`` if it stops before the end."""
    reason = "the connection ended"
    try:
        while piece := answer.read(READ_AT_ONCE):
            yield piece
            there += len(piece)
    except (OSError, http.client.HTTPException) as error:
        reason, total = _reason(error), total or there + 1
    if total is not None and there < total:
        raise DataError(
            url, None, f"{reason} after {there:,} of {total:,} bytes. What has come is kept: ask again to go on from "
            f"there. {_by_hand(target, url)}",
        )  # fmt: skip


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answers {error.code} {escaped(error.msg)}"
    if isinstance(reason, TimeoutError):
        return "the server does not answer"
    if isinstance(reason, OSError) and reason.strerror:
        return escaped(reason.strerror)
    return escaped(str(reason)) or type(reason).__name__


def _by_hand(target: Path, url: str) -> str:
    return (
        f"To get it by hand, download {url} on a machine with a network and put it at {escaped(str(target))}. "
        "Until then the synthetic digits that ship are used."
    )


def _sum_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
