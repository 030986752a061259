"""What goes through a network, against maps written out in NumPy."""

from __future__ import annotations

import itertools

import numpy as np

from tutor.course.words.printed_page import Page
from tutor.course.words.readout_text import readout_lines
from tutor.labs.digits import DigitsLab
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Picture
from tutor.labs.shapes_cnn import ShapesCnnLab
from tutor.labs.studio import StudioLab
from tutor.studio.token import _check


def through(lab: ShapesCnnLab | DigitsLab) -> Picture:
    picture = lab.read("through")
    assert isinstance(picture, Picture)
    return picture


def test_every_map_and_every_pooled_map_of_a_drawing() -> None:
    lab = ShapesCnnLab()
    lab.set("filters", 3)
    drawing = np.array(lab.get("drawing"), dtype=float)
    picture = through(lab)
    assert [tile.band for tile in picture.tiles] == ["input"] + 3 * ["convolution 1"] + 3 * ["pooling 1"]
    np.testing.assert_array_equal(picture.tiles[0].values, drawing)
    padded = np.pad(drawing, 1)
    for f in range(3):
        kernel = np.array([[lab.lookup(f"kernels[{f + 1}][{i}][{j}]") for j in range(3)] for i in range(3)])
        found = np.array(picture.tiles[1 + f].values)
        for r, c in itertools.product(range(5), range(5)):
            assert abs(found[r, c] - max(0.0, (padded[r : r + 3, c : c + 3] * kernel).sum())) < 1e-6
        pooled = np.array(picture.tiles[4 + f].values)
        # Nothing is below 0 after ReLU, so the windows that reach out may take zeros in.
        wide = np.pad(found, ((0, 1), (0, 1)))
        np.testing.assert_array_equal(pooled, wide.reshape(3, 2, 3, 2).max(axis=(1, 3)))


def test_its_numbers_are_explained_and_it_is_told_in_a_few_words() -> None:
    lab = ShapesCnnLab()
    lab.set("filters", 2)
    assert "conv2d.z" in str(why(lab, "through[convolution_1_2][2][2]"))
    lines = readout_lines(through(lab), Page(80))
    assert len(lines) < 8
    assert any("pooling 1: 2 of 3 × 3" in line for line in lines)


def test_a_dense_layer_is_a_table_of_its_units() -> None:
    lab = DigitsLab()
    lab.set("network", "mlp")
    lab.set("canvas", np.eye(28).tolist())
    picture = through(lab)
    assert [tile.band for tile in picture.tiles] == ["input", "Dense 1", "Dense 2"]
    np.testing.assert_array_equal(picture.tiles[0].values, np.eye(28))
    assert np.array(picture.tiles[1].values).shape == (16, 32)


def test_a_sequence_has_a_row_for_each_place() -> None:
    body = "dlt1:shapes/r5x5-d3relu-y-f-d4tanh/adam0.01,b10/s0/@0"
    lab = StudioLab()
    lab.show_token(f"{body}~{_check(body)}")
    picture = lab.read("through")
    assert isinstance(picture, Picture)
    assert [tile.label for tile in picture.tiles] == ["input", "Dense 1", "layer norm 1", "Dense 2"]
    assert np.array(picture.tiles[1].values).shape == (5, 3)
    rows = np.array(picture.tiles[2].values)
    np.testing.assert_allclose(rows.mean(axis=1), 0, atol=1e-6)
    assert "layer_normalization" in str(why(lab, "through[layer_norm_1][2][1]"))
