"""Files that somebody made to do harm, or that came to harm: each with the command that is given it."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

HOSTILE_NAME = "\x1b]52;c;aGE=\x07[@click=app.quit]\u202e"


@dataclass(frozen=True)
class Bad:
    """A command's words, its exit status, and words of the sentence that it says."""

    words: tuple[str, ...]
    said: str
    status: int = 2


def png(width: int, height: int, rows: int, colour: int = 6) -> bytes:
    """A PNG file of so many pixels, of which ``rows`` rows are there, all of zeros."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    depth = {0: 1, 2: 3, 6: 4}[colour]
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 + width * depth)) for _ in range(rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def npy(shape: str, descr: str = "'|u1'", numbers: bytes = b"", order: str = "False") -> bytes:
    """An array whose header says what is given."""
    header = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}".encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + numbers


def npz(file: Path, members: dict[str, bytes], packed: bool = True) -> Path:
    """A zip file of these members."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file


def digits(**changed: bytes) -> dict[str, bytes]:
    """The members of a file of two digits, with some of them changed."""
    sound = {
        "x_train": npy("(1, 28, 28)", numbers=bytes(784)),
        "y_train": npy("(1,)", "'|u1'", b"\0"),
        "x_test": npy("(1, 28, 28)", numbers=bytes(784)),
        "y_test": npy("(1,)", "'|u1'", b"\0"),
    }
    return {f"{name}.npy": data for name, data in (sound | changed).items()}


def bad_digits(folder: Path) -> Iterator[Bad]:
    """For ``data digits``."""
    zeros, classes = bytes(318_878 * 784), npy("(318878,)", numbers=bytes(318_878))
    bomb = digits(x_train=npy("(318878, 28, 28)", numbers=zeros), y_train=classes)
    for name, members, said in (
        ("bomb", bomb, "the file has 318,879 images; at most 300,000 are read"),
        ("untrue", digits(x_train=npy("(2040816, 28, 28)", numbers=bytes(100))), "bytes of numbers, and has 100"),
        ("huge", digits(x_train=npy("(102040816, 28, 28)")), "says that it has"),
        ("negative", digits(x_train=npy("(-1, 28, 28)")), "says that its shape is"),
        ("overflow", digits(x_train=npy("(4611686018427387904, 28, 28)")), "says that it has"),
        ("objects", digits(y_train=npy("(1,)", "'|O'", b"\x80\x04N.")), "objects, which could run code"),
        ("columns", digits(x_train=npy("(1, 784)", "'<f8'", b"\xff" * 8 * 784, order="True")), "that are not finite"),
        ("floats", digits(x_train=npy("(1, 28, 28)", "'<f8'", b"\x41" * 8 * 784)), "expected shades from 0 to 255"),
        ("nested", digits(x_train=npy("(" * 400)), "cannot be understood"),
        ("program", digits(x_train=npy("__import__('os').abort()")), "cannot be understood"),
        ("many", {f"{n}.npy": b"" for n in range(3_000)}, "far more than belongs into it"),
        ("outside", {f"../../{n}": data for n, data in digits().items()}, "expected the arrays x_train"),
        (HOSTILE_NAME, {HOSTILE_NAME: b""}, "expected the arrays x_train"),
    ):
        made = npz(folder / f"{name}.npz", members)
        yield Bad(("data", "digits", str(made)), said)
    (folder / "cut.npz").write_bytes((folder / "floats.npz").read_bytes()[:-40])
    yield Bad(("data", "digits", str(folder / "cut.npz")), "no .npz file, or its end is missing")
    whole = bytearray((folder / "floats.npz").read_bytes())
    yield Bad(("data", "digits", _written(folder / "zip64.npz", bytes(whole[:-22]) + b"PK\x06\x07" + bytes(16)
                                          + bytes(whole[-22:]))), "far more than belongs into it")  # fmt: skip


def bad_pictures(folder: Path, network: Path) -> Iterator[Bad]:
    """For ``predict``."""
    frames = io.BytesIO()
    stills = [Image.new("L", (8, 8), shade % 256) for shade in range(500)]
    stills[0].save(frames, "GIF", save_all=True, append_images=stills[1:])
    tiff = io.BytesIO()
    stills[0].save(tiff, "TIFF", save_all=True, append_images=stills[1:])
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for name, data, said in (
        ("huge.png", png(2**31 - 1, 2**31 - 1, 0), "more than 20 million pixels"),
        ("wide.png", png(100_000, 5, 5), "a side are read"),
        ("pixels.png", png(4_000, 4_000, 4_000), "more than 10 million pixels"),
        ("cut.png", png(3_000, 3_000, 3_000)[:-1_000], "damaged or cut off"),
        ("frames.gif", frames.getvalue(), "animated"),
        ("frames.png", tiff.getvalue(), "not a picture, or not one of"),
        ("drawing.png", svg, "not a picture"),
        ("text.png", b"hello", "not a picture"),
        ("empty.png", b"", "the file is empty"),
        (HOSTILE_NAME.replace("/", "") + ".png", b"x", "not a picture"),
    ):
        yield Bad(("predict", str(network), _written(folder / name, data)), said)


def bad_rows(folder: Path, network: Path) -> Iterator[Bad]:
    """For ``predict`` and ``train``."""
    row = b"0 " * 25 + b"\n"
    for name, data, said in (
        ("last.dat", row * 150_000 + b"2 " * 25, "outside the range"),
        ("short.dat", b"x\n" * 4_900_000, "expected 25 pixel values"),
        ("one_line.dat", b"0 " * 4_900_000, "found 4900000"),
        ("large.dat", b"0" * 11_000_000, "larger than 10 MB"),
        ("escape.dat", b"0 \x1b[31m\x9b1m" + "\u202e".encode(), "makes this a binary file"),
        ("untrue.npy", npy("(1600000000,)", numbers=bytes(100)), "damaged"),
        ("eighty.npy", npy("(80000000000,)", numbers=bytes(100)), "damaged"),
        ("objects.npy", npy("(25,)", "'|O'", b"cos\nabort\n(tR."), "no .npy file of numbers"),
        ("negative.npy", npy("(-25,)", numbers=bytes(25)), "no .npy file of numbers"),
    ):
        yield Bad(("predict", str(network), _written(folder / name, data)), said)
    yield Bad(("train", "shapes-mlp", "--data", str(folder / "last.dat")), "expected 30 values")
    zero, pipe, loop = folder / "zero.dat", folder / "pipe.dat", folder / "loop.dat"
    zero.symlink_to("/dev/zero")
    os.mkfifo(pipe)
    loop.symlink_to(loop.name)
    for file, said in ((zero, "a pipe or a device"), (pipe, "a pipe or a device"), (loop, "cannot be read")):
        yield Bad(("predict", str(network), str(file)), said)
        yield Bad(("train", "shapes-mlp", "--data", str(file)), said)
        yield Bad(("evaluate", str(file)), "cannot be read" if file is loop else "a pipe or a device")
        for command in (("data", "digits"), ("train", "--spec"), ("walk",)):
            given = file if command != ("walk",) else file.with_suffix(".walk")
            if command == ("walk",):
                given.symlink_to(file.name)
            yield Bad((*command, str(given)), "")
    yield Bad(("predict", str(network), str(folder)), "this is a folder")


def _written(file: Path, data: bytes) -> str:
    file.write_bytes(data)
    return str(file)


Values = dict[str, object]


def bad_networks(folder: Path, network: Path) -> Iterator[Bad]:
    """For what takes a saved network: ``network`` is a sound one."""
    with np.load(network) as members:
        arrays = {name: members[name] for name in members.files}
    values = json.loads(arrays.pop("values").tobytes())

    def lying(change: Callable[[Values, Values], None]) -> dict[str, bytes]:
        told, kept = json.loads(json.dumps(values)), dict(arrays)
        change(told, kept)
        parts = {"values": np.frombuffer(json.dumps(told).encode(), np.uint8), **kept}
        packed = {}
        for name, array in parts.items():
            stream = io.BytesIO()
            np.save(stream, array, allow_pickle=True)
            packed[f"{name}.npy"] = stream.getvalue()
        return packed

    def setting(path: str, value: object) -> Callable[[Values, Values], None]:
        def change(told: Values, _kept: Values) -> None:
            *before, last = path.split(".")
            at: object = told
            for name in before:
                at = at[int(name) if name.isdecimal() else name]  # type: ignore[index]
            at[last] = value  # type: ignore[index]

        return change

    ours, damaged = "is not a network that", "the training run in it is damaged"
    for number, (change, said) in enumerate((
        (setting("spec.layers.1.filters", 10**9), ours),
        (setting("spec.layers.1.filters", 2.5), ours),
        (setting("spec.layers", [{"kind": "flatten"}] * 20_000), ours),
        (setting("spec.layers", [{"kind": "flatten"}] * 900), "fit"),
        (setting("spec.input_shape", [1] * 71), ours),
        (setting("spec.seed", 10**4_000), ours),
        (setting("run.settings.epochs", 10**400), damaged),
        (setting("spec.input_shape", [float("inf")]), ours),
        (setting("spec.seed", "x"), ours),
        (setting("spec.name", {"a": 1}), ours),
        (setting("classes", ["a"]), "its weights do not fit"),
        (setting("classes", 5), ours),
        (setting("trained_on.file", ["a"]), ours),
        (setting("trained_on.data", "/etc"), ours),
        (setting("trained_on.validation_split", "x"), ours),
        (setting("run.settings.batch_size", 10**9), damaged),
        (setting("run.settings.batch_size", 1.5), damaged),
        (setting("run.settings.epochs", "9"), damaged),
        (setting("run.checkpoint.position.epoch", -1), damaged),
        (setting("run.checkpoint.best.epoch", "x"), damaged),
        (setting("run.checkpoint.seconds", "x"), damaged),
        (lambda told, kept: kept.update(theta=np.zeros((2, 3))), "its weights do not fit"),
        (lambda told, kept: kept.update(theta=np.array([{}], dtype=object)), ours),
        (lambda told, kept: kept.update({"run.extra": np.zeros(1_000_000)}), damaged),
        (lambda told, kept: kept.pop("moving"), ours),
    )):  # fmt: skip
        made = npz(folder / f"lying_{number}.net", lying(change), packed=False)
        yield Bad(("evaluate", str(made)), said)
    sound = lying(lambda told, kept: None)
    bomb = npz(folder / "bomb.net", {**sound, "theta.npy": npy("(250000000,)", numbers=bytes(250_000_000))})
    deep = npz(folder / "deep.net", {**sound, "values.npy": npy("(400000,)", numbers=b"[" * 400_000)}, packed=False)
    untrue = npz(folder / "untrue.net", {**sound, "theta.npy": npy("(400000000,)", "'<f4'", bytes(100))}, packed=False)
    for file in (bomb, deep, untrue):
        for command in (("evaluate",), ("export", "--to", "numpy"), ("train", "--resume")):
            yield Bad((*command, str(file)), ours)


def bad_specs(folder: Path) -> Iterator[Bad]:
    """For ``train --spec``."""
    whole = 'data = "shapes"\ninput_shape = [25]\n[[layers]]\nkind = "dense"\nunits = {}\nactivation = "softmax"\n'
    for number, (text, said) in enumerate((
        (whole.format(10**9), "1,000,000,000 numbers in one of its layers"),
        (whole.format(1_000_000), "at most 10,000,000 are trained here"),
        (whole.format("9" * 5_000), ".toml:5: this whole number is too large"),
        (whole.format("0x" + "f" * 5_000), ".toml:5: this whole number is too large"),
        (whole.replace("[25]", f"[{'1, ' * 71}]"), ".toml:2: input_shape has at most 4 numbers"),
        (whole.format("1.5"), "whole number"),
        ("batch_size = 1000000000\n" + whole.format(5), ".toml:1: batch_size is a whole number from 1 to 100,000"),
        ("x = " + "[" * 40_000, "nested too deeply"),
        ("a." * 45_000 + "b = 1", "nested too deeply"),
        ("a" * 200_000, "larger than 100,000 bytes"),
        ("data = ", "this is not TOML"),
        ("\x1b]0;x\x07 = 1", "this is not TOML"),
    )):  # fmt: skip
        yield Bad(("train", "--spec", _written(folder / f"{number}.toml", text.encode())), said)
    yield Bad(("train", "--spec", _written(folder / "bytes.toml", b'data = "\xff"')), "not UTF-8")


def bad_lessons(folder: Path, sound: Path) -> Iterator[Bad]:
    """For ``check-lessons`` and ``walk``: ``sound`` is a lesson's folder. What is checked and does not hold is a 1."""
    toml, markdown = (sound / "lesson.toml").read_text(), (sound / "lesson.md").read_bytes()
    script = (sound / "lesson.walk").read_bytes()
    for number, (text, page, said) in enumerate((
        ("id = ", markdown, "lesson.toml:1: this is not TOML"),
        (toml + "x" * 50_000_000, markdown, "at most 400,000 are read"),
        ("x = " + "[" * 100_000, markdown, "nested too deeply"),
        ("a." * 190_000 + "b = 1", markdown, "nested too deeply"),
        (toml.replace("\n", "\r\n"), markdown[:-3], ""),
        (toml, b"\xff" + markdown, "lesson.md:1: the byte 0xff is not UTF-8"),
        (toml, None, "a lesson needs a lesson.md"),
        (toml.replace("number = ", "number = 9" + "9" * 4_000), markdown, "this whole number is too large"),
        (toml.replace("number = ", "number = 9" + "9" * 10), markdown, "a lesson has a number from 1"),
        (toml.replace('title = "', 'title = "\\u001b]52;c;aGE=\\u0007'), markdown, "all hold"),
    )):  # fmt: skip
        lesson = folder / f"pack{number}" / "one"
        lesson.mkdir(parents=True)
        (lesson / "lesson.toml").write_text(text, encoding="utf-8")
        (lesson / "lesson.walk").write_bytes(script)
        if page is not None:
            (lesson / "lesson.md").write_bytes(page)
        yield Bad(("check-lessons", str(lesson.parent)), said, 0 if said in ("", "all hold") else 1)
    linked = folder / "linked" / "one"
    linked.mkdir(parents=True)
    (linked / "lesson.toml").write_text(toml)
    (linked / "lesson.md").symlink_to("/etc/hostname")
    yield Bad(("check-lessons", str(linked.parent)), "a link that leads out of the folder", 1)
    for number, (data, said) in enumerate((
        (b"open neuron\n" * 50_000, "at most 400,000 are read"),
        (b"\xff\xfe", "not UTF-8"),
        (b"open ../../etc/passwd", "there is no lesson '../../etc/passwd'"),
        (b"open neuron at " + b"9" * 10_000, "has no step"),
        (b"open neuron\nexpect " + b"[" * 50_000, ":2: "),
        (b"\x1b]52;c;aGE=\x07", "there is no word"),
    )):  # fmt: skip
        yield Bad(("walk", _written(folder / f"{number}.walk", data)), said)


def bad_keras(folder: Path) -> Iterator[Bad]:
    """For ``import``."""
    dense = {"module": "keras.layers", "class_name": "Dense", "config": {"name": HOSTILE_NAME, "units": 2}}
    first = {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [None, 3]}}

    def model(*layers: object) -> bytes:
        described = {"module": "keras", "class_name": "Sequential", "config": {"name": "m", "layers": layers}}
        return json.dumps(described).encode()

    lambda_layer = {"module": "keras.layers", "class_name": "Lambda", "config": {"name": HOSTILE_NAME}}
    for name, config, weights, said in (
        ("lambda", model(first, lambda_layer), b"", "a Lambda, which holds Python code"),
        ("huge", model(first, {**dense, "config": {"units": 10**12}}), b"", "numbers in one of its layers"),
        ("deep", b"[" * 1_900_000, b"", "is no JSON"),
        ("bomb", model(first, dense), bytes(250_000_000), "is packed"),
        ("config", b" " * 250_000_000, b"", "unpacks to more than"),
    ):
        made = npz(folder / f"{name}.keras", {"config.json": config, "model.weights.h5": weights})
        yield Bad(("import", str(made), "--out", str(folder / "out.net")), said)
    hdf5 = _written(folder / "old.h5", b"\x89HDF\r\n\x1a\n" + bytes(100) + b"model_config")
    yield Bad(("import", hdf5, "--out", str(folder / "out.net")), "older HDF5 format")
    weights = _written(folder / "only.weights.h5", b"\x89HDF\r\n\x1a\n" + bytes(100))
    yield Bad(("import", weights, "--out", str(folder / "out.net")), "this has only weights")
    yield Bad(("evaluate", hdf5), "is not a network that")
    yield Bad(("import", "/dev/zero", "--out", str(folder / "out.net")), "a pipe or a device")
