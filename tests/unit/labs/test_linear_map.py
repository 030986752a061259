"""Vectors and matrices against hand numbers: 3-4-5 triangles, a quarter turn, a stretch, in either order."""

from __future__ import annotations

import pytest

from tests.unit.labs.readings import number, word
from tutor.course.covered_drawing import without_told
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Curve
from tutor.labs.linear_map import LinearMapLab

TURN, STRETCH = [[0, -1], [1, 0]], [[2, 0], [0, 1]]


@pytest.fixture
def lab() -> LinearMapLab:
    return LinearMapLab()


def put(lab: LinearMapLab, **values: object) -> None:
    for name, value in values.items():
        lab.set(name, value)


def row(lab: LinearMapLab, name: str, *places: str) -> list[float]:
    return [number(lab, f"{name}[{place}]") for place in places]


def test_two_vectors_by_hand(lab: LinearMapLab) -> None:
    put(lab, v=[3, 4], u=[-6, 8], c=-0.5)
    assert row(lab, "sum", "x", "y") == [-3, 12]
    assert row(lab, "scaled", "x", "y") == [-1.5, -2]
    assert row(lab, "lengths", "v", "u") == [5, 10]
    assert row(lab, "products", "x", "y") == [-18, 32]
    assert number(lab, "dot") == 14
    assert why(lab, "dot").numbers == "3·(−6) + 4·8"


@pytest.mark.parametrize(
    ("c", "said"),
    [
        (2, "longer"), (0.5, "shorter"), (-2, "turned round and longer"), (-0.5, "turned round and shorter"),
        (0, "a point"), (1, "v itself"), (-1, "turned round"),
    ],
)  # fmt: skip
def test_what_a_factor_does(lab: LinearMapLab, c: float, said: str) -> None:
    put(lab, c=c)
    assert word(lab, "stretched") == said


@pytest.mark.parametrize(
    ("u", "points", "raises"),
    [
        ((1, 0), "partly the same way", "double u"),
        ((-1, 0), "partly opposite ways", "turn u round"),
        ((-4, 3), "at right angles", "neither"),
    ],
)
def test_what_the_sign_of_the_dot_product_says(
    lab: LinearMapLab, u: tuple[float, float], points: str, raises: str
) -> None:
    put(lab, v=[3, 4], u=u)
    assert (word(lab, "way"), word(lab, "raises")) == (points, raises)


def test_a_matrix_by_rows_and_by_columns(lab: LinearMapLab) -> None:
    # (1, 2 / 3, 4) · (5, 6): 5 + 12 and 15 + 24; as columns 5·(1, 3) + 6·(2, 4).
    put(lab, A=[[1, 2], [3, 4]], v=[5, 6])
    assert row(lab, "rows[new_x]", "x", "y") == [5, 12]
    assert row(lab, "moved", "new_x", "new_y") == [17, 39]
    assert row(lab, "columns[1_0]", "new_x", "new_y") == [1, 3]
    assert number(lab, "area") == -2
    built = lab.read("built")
    assert isinstance(built, Curve)
    tips = {line.label: (line.xs[-1], line.ys[-1]) for line in built.series}
    assert tips == {"x part": (5, 15), "y part": (12, 24), "A times v": (17, 39), "y part again": (17, 39)}


def test_the_order_of_two_matrices(lab: LinearMapLab) -> None:
    # (3, 1) turned by 90 degrees is (−1, 3), and stretched in x (−2, 3).
    put(lab, A=TURN, B=STRETCH, v=[3, 1])
    assert row(lab, "moved", "new_x", "new_y") == [-1, 3]
    assert row(lab, "twice", "new_x", "new_y") == [-2, 3]
    assert [row(lab, f"both[{r}]", "x", "y") for r in ("new_x", "new_y")] == [[0, -2], [1, 0]]
    assert [row(lab, f"other[{r}]", "x", "y") for r in ("new_x", "new_y")] == [[0, -1], [2, 0]]
    assert word(lab, "order") == "makes a difference"
    put(lab, B=[[-1, 0], [0, -1]])
    assert word(lab, "order") == "makes no difference"


def test_the_house_goes_where_the_matrix_puts_its_corners(lab: LinearMapLab) -> None:
    put(lab, A=TURN)
    house = lab.read("house")
    assert isinstance(house, Curve)
    after, before = house.series
    corners = list(zip(before.xs, before.ys, strict=True))
    assert corners[0] == corners[-1] == (0, 0)
    assert list(zip(after.xs, after.ys, strict=True)) == [(-y, x) for x, y in corners]


def test_an_arrow_is_not_drawn_before_it_is_answered(lab: LinearMapLab) -> None:
    adding = lab.read("adding")
    assert isinstance(adding, Curve)
    seen = {line.label: len(line.xs) for line in without_told(adding, lab, {"sum"}).series}
    assert seen == {"v": 2, "u": 2, "v + u": 1, "u again": 1}


def test_arrows_at_a_right_angle_start_at_the_origin_while_their_dot_product_is_covered(lab: LinearMapLab) -> None:
    put(lab, v=[2, 0], u=[0, 3])
    pair = lab.read("pair")
    assert isinstance(pair, Curve)
    assert number(lab, "dot") == 0
    assert without_told(pair, lab, {"dot"}) == pair
