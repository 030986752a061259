"""The texts that ship: what the README says of them."""

import re

import pytest

from tutor.datasets.texts.shipped import names, story, sums
from tutor.datasets.texts.vocabulary import NAMES, Vocabulary
from tutor.engine.validation import SpecError
from tutor.resources import data_folder


def test_the_names_are_sorted_different_and_in_the_letters_of_the_vocabulary():
    listed = names()
    assert list(listed) == sorted(set(listed))
    assert all(re.fullmatch("[a-z]{2,12}", name) for name in listed)
    assert {"mary", "qiniso", "zoe"} <= set(listed)
    assert Vocabulary.of(listed) == NAMES


def test_the_readme_has_their_number():
    readme = (data_folder() / "texts" / "README.md").read_text(encoding="utf-8")
    assert f"`names.txt` has {len(names()):,} given names" in readme


def test_the_story_is_ten_paragraphs_in_ascii():
    assert story().startswith("Alice was beginning to get very tired of sitting by her sister on the bank,")
    assert story().endswith("down she came upon a heap of sticks and dry leaves, and the fall was over.\n")
    assert story().isascii()
    assert story().count("\n") == 10
    assert "  " not in story()


def test_sums_are_right_different_and_follow_from_the_seed():
    made = sums(500, seed=3)
    assert len(set(made)) == 500
    for written in made:
        found = re.fullmatch(r"(\d+)\+(\d+)=(\d+)", written)
        assert found
        a, b, total = map(int, found.groups())
        assert a + b == total
        assert max(a, b) <= 99
    assert sums(500, seed=3) == made
    assert sums(500, seed=4) != made
    assert sorted(sums(4, largest=1)) == ["0+0=0", "0+1=1", "1+0=1", "1+1=2"]


@pytest.mark.parametrize(("count", "largest"), [(0, 9), (101, 9), (1, -1)])
def test_there_are_only_so_many_sums(count, largest):
    with pytest.raises(SpecError):
        sums(count, largest=largest)
