"""Numbers that a question keeps back are covered in a picture that shows numbers, and only there."""

from __future__ import annotations

from tutor.course.covered_drawing import without_covered
from tutor.labs.convolution import ConvolutionLab
from tutor.labs.kit.readouts import Covered, Picture


def covered_places(lab: ConvolutionLab, name: str, *covered: str) -> set[tuple[int, int, int]]:
    picture = lab.read(name)
    assert isinstance(picture, Picture)
    seen = without_covered(picture, lab, covered)
    assert isinstance(seen, Picture)
    return {
        (t, r, c)
        for t, tile in enumerate(seen.tiles)
        for r, row in enumerate(tile.values)
        for c, value in enumerate(row)
        if isinstance(value, Covered)
    }


def test_the_number_asked_for_is_covered_in_the_map() -> None:
    lab = ConvolutionLab()
    lab.set("row", 2)
    lab.set("column", 4)
    assert covered_places(lab, "map", "y") == {(0, 1, 3)}
    assert covered_places(lab, "map", "field") == set()


def test_what_was_set_by_hand_and_what_a_covered_picture_shares_stay() -> None:
    lab = ConvolutionLab()
    assert covered_places(lab, "steps", "flipped_steps") == set()
    # The products are covered, patch and weights are not.
    assert {t for t, _, _ in covered_places(lab, "steps", "products")} == {2}
    # A picture of colours alone has nothing to cover.
    assert covered_places(lab, "input", "patch") == set()
