"""Rows on a plane: two inputs, or principal components as the covariance's eigenvectors give them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.datasets.tables.conftest import Written
from tutor.datasets.errors import DataError
from tutor.datasets.tables.axes import axes_of
from tutor.datasets.tables.prepared import prepared
from tutor.datasets.tables.reading import read_table
from tutor.datasets.tables.rows import TableRows
from tutor.resources import data_folder


@pytest.fixture
def iris() -> TableRows:
    return prepared(read_table(data_folder() / "tables" / "iris.csv"), "species")


def test_two_inputs_are_the_plane(table: Written) -> None:
    rows = prepared(table("a,b,y\n1,2,0\n3,9,1\n4,1,0\n6,7,1\n"), "y", test=0)
    axes = axes_of(rows)
    assert axes.names == ("a", "b")
    assert axes.shares is None
    assert axes.said == "The axes are a and b, the two inputs."
    np.testing.assert_array_equal(axes.to_plane(rows.training.inputs), rows.training.inputs)
    np.testing.assert_array_equal(axes.to_inputs(rows.training.inputs), rows.training.inputs)


def test_chosen_axes_show_those_inputs_and_keep_the_others_at_their_mean(table: Written) -> None:
    rows = prepared(table("a,w,b,y\n1,u,2,0\n3,v,9,1\n4,u,1,0\n6,u,7,1\n"), "y", test=0)
    assert rows.names == ("a", "w=u", "w=v", "b")
    axes = axes_of(rows, ("b", "W=U"))
    assert axes.names == ("b", "w=u")
    assert axes.said == "The axes are b and w=u, 2 of 4 inputs; in the plane, the other 2 are at their mean."
    np.testing.assert_allclose(axes.to_plane(rows.training.inputs), rows.training.inputs[:, [3, 1]])
    # One of four rows has v.
    np.testing.assert_allclose(axes.to_inputs(np.array([[5.0, 1.0]])), [[0, 1, 0.25, 5]], atol=1e-12)


def test_principal_components_are_the_eigenvectors_of_the_covariance(iris: TableRows) -> None:
    axes = axes_of(iris)
    inputs = iris.training.inputs
    variances, vectors = np.linalg.eigh(np.cov(inputs.T, bias=True))
    for direction, vector, share, variance in zip(
        axes.directions, vectors.T[:-3:-1], axes.shares or (), variances[:-3:-1], strict=True
    ):
        assert abs(direction @ vector) == pytest.approx(1)
        assert np.linalg.norm(direction) == pytest.approx(1)
        assert direction[np.abs(direction).argmax()] > 0
        assert share == pytest.approx(variance / variances.sum())
        assert ((inputs - inputs.mean(axis=0)) @ direction).var() == pytest.approx(variance)
    assert axes.names == ("component 1", "component 2")
    first, second = axes.shares or (0, 0)
    assert axes.said == (
        f"The axes are the first two principal components of 4 inputs: they show {first:.0%} and {second:.0%} of the "
        f"variance, {first + second:.0%} together; in the plane, the others are at their mean."
    )


def test_the_components_of_all_of_iris_are_the_known_ones() -> None:
    rows = prepared(read_table(data_folder() / "tables" / "iris.csv"), "species", test=0)
    axes = axes_of(rows)
    # As scikit-learn prints them for the standardised rows; signs are free.
    np.testing.assert_allclose(axes.directions[0], [0.5210659, -0.2693474, 0.5804131, 0.5648565], atol=1e-6)
    np.testing.assert_allclose(np.abs(axes.directions[1]), [0.3774176, 0.9232957, 0.0244916, 0.0669420], atol=1e-6)
    np.testing.assert_allclose(axes.shares or (), [0.7296, 0.2285], atol=1e-4)


def test_from_the_plane_to_the_inputs_and_back(iris: TableRows) -> None:
    axes = axes_of(iris)
    points = np.random.default_rng(0).normal(size=(7, 2))
    inputs = axes.to_inputs(points)
    assert inputs.shape == (7, 4)
    np.testing.assert_allclose(axes.to_plane(inputs), points, atol=1e-12)
    _, vectors = np.linalg.eigh(np.cov(iris.training.inputs.T))
    np.testing.assert_allclose((inputs - iris.training.inputs.mean(axis=0)) @ vectors[:, :2], 0, atol=1e-12)


def test_only_training_rows_make_the_components(iris: TableRows) -> None:
    moved = type(iris.test)(iris.test.inputs * 100, iris.test.targets, iris.test.lines)
    np.testing.assert_array_equal(axes_of(replace(iris, test=moved)).directions, axes_of(iris).directions)


def test_one_input_is_a_line(table: Written) -> None:
    rows = prepared(table("a,y\n1,0\n3,1\n4,0\n6,1\n"), "y", test=0)
    axes = axes_of(rows)
    assert axes.names == ("a", "")
    assert axes.said == "There is one input, a: all points are on a line."
    points = axes.to_plane(rows.training.inputs)
    assert points[:, 1].tolist() == [0, 0, 0, 0]
    np.testing.assert_allclose(axes.to_inputs(points), rows.training.inputs)


def test_rows_on_one_line_have_no_second_component(table: Written) -> None:
    rows = prepared(table("a,b,c,y\n1,2,3,0\n2,4,6,1\n3,6,9,0\n4,8,12,1\n"), "y", test=0)
    axes = axes_of(rows)
    np.testing.assert_allclose(axes.shares or (), [1, 0], atol=1e-12)
    np.testing.assert_allclose(axes.directions[0], np.full(3, 3**-0.5))
    assert np.isfinite(axes.directions).all()


def test_axes_that_cannot_be(iris: TableRows) -> None:
    with pytest.raises(DataError, match="there is no input 'size'; there are sepal length, sepal width, petal"):
        axes_of(iris, ("sepal width", "size"))
    with pytest.raises(DataError, match="both axes are sepal width; choose two inputs"):
        axes_of(iris, ("sepal width", "Sepal Width"))
