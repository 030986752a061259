"""Byte-pair merging, against steps made by hand and against counting all over again."""

from hypothesis import given
from hypothesis import strategies as st

from tutor.datasets.texts.byte_pairs import merged, merges, pair_counts


def test_the_example_of_the_first_description():
    """aaabdaaabac, in https://en.wikipedia.org/wiki/Byte-pair_encoding: aa first, and in the end XdXac."""
    steps = merges("aaabdaaabac", 9)
    assert [(step.joined, step.count) for step in steps] == [("aa", 2), ("aaa", 2), ("aaab", 2)]
    assert steps[-1].tokens == ("aaab", "d", "aaab", "a", "c")


def test_of_equals_the_first_to_appear_is_merged():
    assert merges("xyabxyab", 1)[0].pair == ("x", "y")
    assert [step.joined for step in merges("low lower lowest", 3)] == ["lo", "low", " low"]


def test_pairs_that_overlap_count_as_often_as_they_can_be_merged():
    assert pair_counts("aaaa") == {("a", "a"): 2}
    assert pair_counts("aaa") == {("a", "a"): 1}
    assert merged("aaaa", ("a", "a")) == ("aa", "aa")
    assert merged("aaa", ("a", "a")) == ("aa", "a")


def test_it_ends_where_nothing_is_there_twice():
    assert merges("abc", 5) == ()
    assert merges("", 5) == ()
    assert merges("abab", 0) == ()


@given(st.text("ab c", max_size=30))
def test_each_step_merges_as_many_as_it_counted_and_keeps_the_text(text):
    before = tuple(text)
    for step in merges(text, 99):
        others = pair_counts(before)
        assert step.count == others[step.pair] == max(others.values())
        assert len(step.tokens) == len(before) - step.count
        assert "".join(step.tokens) == text
        before = step.tokens
