"""Tokens and training rows, against rows written by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.datasets.texts.rows import NO_LABEL, rows, split
from tutor.datasets.texts.shipped import names
from tutor.datasets.texts.vocabulary import NAMES, OTHER_MARK, UnknownToken, Vocabulary
from tutor.engine.validation import SpecError


def test_the_dot_is_0_and_the_letters_follow():
    assert NAMES.encode(".az").tolist() == [0, 1, 26]
    assert NAMES.decode([0, 1, 26]) == ".az"
    assert len(NAMES) == 27


def test_what_is_unknown_is_a_sentence():
    with pytest.raises(UnknownToken, match=r"'É' is not one of the 27 characters .* character 3 of 'zoÉ'"):
        NAMES.encode("zoÉ")
    with pytest.raises(UnknownToken, match="there is no token 27"):
        NAMES.decode([27])
    with pytest.raises(UnknownToken):
        NAMES.decode([-1])
    with pytest.raises(SpecError, match="'a' is there twice"):
        Vocabulary("aba")


def test_a_vocabulary_of_texts_has_the_mark_only_for_lists():
    assert Vocabulary.of("hello") == Vocabulary("ehlo")
    assert Vocabulary.of(("bo", "ada")) == Vocabulary(".abdo")
    assert Vocabulary.of(("j.r.", "bo")) == Vocabulary(OTHER_MARK + ".bjor")


def test_rows_of_names_begin_and_end_with_the_mark():
    x, y = rows(("ada", "bo", "abc", "abcde"), NAMES, 4)
    assert x.tolist() == [[0, 1, 4, 1], [0, 2, 15, 0], [0, 1, 2, 3], [0, 1, 2, 3]]
    assert y.tolist() == [[1, 4, 1, 0], [2, 15, 0, -1], [1, 2, 3, 0], [1, 2, 3, 4]]


def test_rows_of_a_running_text_are_windows():
    letters = Vocabulary("abcdefg")
    x, y = rows("abcdefg", letters, 3)
    assert x.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert y.tolist() == [[1, 2, 3], [4, 5, 6]]
    x, y = rows("abcdef", letters, 3)
    assert x.tolist() == [[0, 1, 2], [3, 4, 0]]
    assert y.tolist() == [[1, 2, 3], [4, 5, NO_LABEL]]
    x, y = rows("abcdef", letters, 3, stride=2)
    assert x.tolist() == [[0, 1, 2], [2, 3, 4]]
    assert y.tolist() == [[1, 2, 3], [3, 4, 5]]


@given(st.integers(2, 60), st.integers(1, 12), st.integers(1, 15))
def test_every_label_follows_its_token_and_none_is_left_out(tokens, length, stride):
    letters = Vocabulary("".join(chr(65 + i) for i in range(60)))
    x, y = rows(letters.characters[:tokens], letters, length, stride)
    there = y != NO_LABEL
    assert np.array_equal(y[there], x[there] + 1)
    assert there[:, 0].all()
    if stride <= length:
        assert set(y[there].tolist()) == set(range(1, tokens))
    if stride == length:
        assert there.sum() == tokens - 1


@pytest.mark.parametrize("how", [{"length": 0}, {"length": 3, "stride": 0}])
def test_rows_have_a_length(how):
    with pytest.raises(SpecError):
        rows("abc", Vocabulary("abc"), **how)


def test_all_names_fit_rows_of_13():
    x, y = rows(names(), NAMES, 13)
    assert x.shape == y.shape == (len(names()), 13)
    assert ((y == 0).sum(axis=1) == 1).all()
    assert (y != NO_LABEL).sum() == sum(len(name) + 1 for name in names())


def test_a_split_follows_from_the_seed_and_loses_no_row():
    training, test = split(2000, 0.1, seed=5)
    assert len(test) == 200
    assert sorted([*training, *test]) == list(range(2000))
    again, other = split(2000, 0.1, seed=5)[1], split(2000, 0.1, seed=6)[1]
    assert np.array_equal(test, again)
    assert not np.array_equal(test, other)
    assert [len(part) for part in split(1, 0.9)] == [1, 0]
    for bad in (-0.1, 1.0, float("nan")):
        with pytest.raises(SpecError):
            split(10, bad)
