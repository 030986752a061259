"""Sets of points on a plane: what makes a class, against its definition."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.datasets.plane_sets import EDGE, FEATURES, NUMBERS, RADIUS, SETS, features, plane_set


@pytest.mark.parametrize("name", SETS)
def test_the_same_draw_gives_the_same_points_and_another_one_others(name: str) -> None:
    points, targets = plane_set(name, 100, 0.1, 3)
    again, other = plane_set(name, 100, 0.1, 3), plane_set(name, 100, 0.1, 4)
    assert points.shape == (100, 2)
    assert targets.shape == (100,)
    np.testing.assert_array_equal(points, again[0])
    assert not np.array_equal(points, other[0])
    assert np.abs(targets).max() <= 1
    assert (set(targets) == {-1.0, 1.0}) == (name not in NUMBERS)


def test_without_noise_each_point_lies_where_its_class_is() -> None:
    points, targets = plane_set("circle", 400, 0, 0)
    distance = np.hypot(*points.T)
    assert (distance[targets > 0] < RADIUS / 2).all()
    assert (distance[targets < 0] >= 0.7 * RADIUS).all()
    points, targets = plane_set("xor", 400, 0, 0)
    np.testing.assert_array_equal(points.prod(axis=1) > 0, targets > 0)
    points, targets = plane_set("rings", 400, 0, 0)
    ring = np.floor(np.hypot(*points.T) / (RADIUS / 4))
    np.testing.assert_array_equal(ring % 2 == 0, targets > 0)
    points, targets = plane_set("gauss", 400, 0, 0)
    assert np.linalg.norm(points[targets > 0].mean(axis=0) - [2, 2]) < 0.3


def test_the_two_arms_of_the_spiral_are_each_other_turned_by_half_a_turn() -> None:
    points, targets = plane_set("spiral", 200, 0, 0)
    one, other = points[targets > 0], points[targets < 0]
    by_distance = [arm[np.argsort(np.hypot(*arm.T))] for arm in (one, other)]
    np.testing.assert_allclose(by_distance[0], -by_distance[1], atol=1e-9)


def test_the_numbers_of_the_slope_and_the_hills() -> None:
    points, targets = plane_set("slope", 300, 0, 0)
    np.testing.assert_allclose(targets, np.clip(points.sum(axis=1) / 10, -1, 1))
    points, targets = plane_set("hills", 500, 0, 0)
    near = np.hypot(points[:, 0] - 4, points[:, 1] + 2.5) < 0.5
    assert near.any()
    assert (targets[near] < -0.7).all()
    assert np.abs(points).max() <= EDGE


def test_features_of_a_point_by_hand() -> None:
    found = features(tuple(FEATURES), np.array([[2.0, -3.0]]))
    np.testing.assert_allclose(found, [[2, -3, 4, 9, -6, np.sin(2), np.sin(-3)]])
