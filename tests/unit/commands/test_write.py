"""``dl-tutor write`` against the plain forward pass of the whole text, token by token."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tutor.cli import main
from tutor.engine.network import forward, output_name
from tutor.engine.parameters import initial_theta, views
from tutor.engine.spec import NetworkSpec
from tutor.training.gpt import Gpt, gpt
from tutor.training.models import shapes_mlp
from tutor.training.saved.model_file import SavedNetwork, load_network, save_network

LIST, TEXT = ".abc", " abct"
PLACES = 6


def saved(folder: Path, characters: str) -> tuple[Path, NetworkSpec, np.ndarray]:
    """An untrained network whose weights are large enough that its answers differ."""
    spec = gpt("writer", Gpt(width=8, heads=2), len(characters), PLACES, seed=3)
    theta = 6 * initial_theta(spec)
    file = folder / "writer.net"
    save_network(file, SavedNetwork(spec, theta, np.zeros(0, spec.dtype), tuple(characters)))
    return file, spec, theta


def likeliest(spec: NetworkSpec, theta: np.ndarray, tokens: list[int]) -> int:
    """The likeliest token after these, by a pass over all of them; what follows them is hidden from them."""
    row = np.zeros((1, PLACES))
    row[0, : len(tokens)] = tokens
    return int(forward(spec, views(spec, theta), row)[output_name(spec)][0, len(tokens) - 1].argmax())


def test_at_temperature_0_each_letter_of_a_word_is_the_likeliest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, spec, theta = saved(tmp_path, LIST)
    assert main(["write", str(file), "--begin", "b", "--temperature", "0", "--count", "2"]) == 0
    tokens = [0, LIST.index("b")]
    while len(tokens) <= PLACES and (token := likeliest(spec, theta, tokens)) != 0:
        tokens.append(token)
    word = "".join(LIST[token] for token in tokens[1:])
    assert capsys.readouterr().out.splitlines() == [word, word]


def test_a_running_text_goes_on_when_its_places_are_full(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, spec, theta = saved(tmp_path, TEXT)
    assert main(["write", str(file), "--begin", "cat", "--temperature", "0", "--length", "14", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["text"]
    tokens = [TEXT.index(letter) for letter in "cat"]
    seen = list(tokens)
    for _ in range(14):
        if len(seen) > PLACES:
            seen = seen[-(PLACES // 2) :]
        seen.append(likeliest(spec, theta, seen))
        tokens.append(seen[-1])
    assert said == "".join(TEXT[token] for token in tokens)


def test_a_seed_writes_the_same_and_another_something_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, _, _ = saved(tmp_path, TEXT)
    written = []
    for seed in ("1", "1", "2"):
        assert main(["write", str(file), "--seed", seed, "--length", "40"]) == 0
        written.append(capsys.readouterr().out)
    assert written[0] == written[1] != written[2]


def test_what_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, _, _ = saved(tmp_path, LIST)
    assert main(["write", str(file), "--begin", "x"]) == 2
    assert "'x' is not one of the 4 characters that are known here" in capsys.readouterr().err
    assert main(["write", str(file), "--begin", "abcabc"]) == 2
    assert "sees 6 tokens; the beginning has 6 and a mark" in capsys.readouterr().err
    spec = shapes_mlp()
    other = tmp_path / "shapes.net"
    save_network(other, SavedNetwork(spec, initial_theta(spec), np.zeros(0, spec.dtype), ("a", "b", "c", "d", "e")))
    assert main(["write", str(other)]) == 2
    assert "shapes-mlp does not write" in capsys.readouterr().err


def test_a_beginning_that_has_the_end_of_a_word_in_it_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, _, _ = saved(tmp_path, LIST)
    assert main(["write", str(file), "--begin", "a.b"]) == 2
    assert "'.' ends a word of writer; the beginning has it already" in capsys.readouterr().err


def test_a_network_from_keras_has_numbers_and_no_characters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, spec, theta = saved(tmp_path, LIST)
    numbers = tuple(str(token) for token in range(len(LIST)))
    save_network(file, SavedNetwork(spec, theta, np.zeros(0, spec.dtype), numbers))
    assert main(["write", str(file)]) == 2
    assert "does not say which character its token numbers stand for" in capsys.readouterr().err


def test_a_script_with_too_many_characters_is_read_as_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, net = tmp_path / "signs.txt", tmp_path / "signs.net"
    text.write_text("".join(map(chr, range(0x4E00, 0x4E00 + 600))), encoding="utf-8")
    assert main(["train", "gpt-names", "--data", str(text), "--epochs", "1", "--out", str(net)]) == 0
    network = load_network(net)
    # 600 signs of three bytes: E4 or E5 first, then from 80 to BF.
    assert set(network.classes) == {"<e4>", "<e5>", *(f"<{byte:02x}>" for byte in range(0x80, 0xC0))}
    capsys.readouterr()
    assert main(["write", str(net), "--begin", "\u4e00", "--length", "30"]) == 0
    assert capsys.readouterr().out.startswith("\u4e00")
    assert main(["write", str(net), "--begin", "a"]) == 2
