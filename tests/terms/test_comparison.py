"""What a partner sees of two versions: every word of both is there, marked as what it is."""

import time

from hypothesis import given
from hypothesis import strategies as st

from apps.terms.comparison import Mark, compare
from apps.terms.states import TermsKind
from apps.terms.texts import folder_of, read_texts

WORDS = st.sampled_from(["we", "ask", "you", "never", "video", "#", "-", "is", "it", "a", "b"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), max_size=6).map("\n\n".join)


def words(comparison, *marks):
    return [
        word
        for passage in comparison.passages
        for paragraph in passage.paragraphs
        for piece in paragraph.pieces
        if piece.mark in marks
        for word in piece.words.split()
        if word not in "#-"
    ]


def plain(text):
    return sorted(word for word in text.split() if word not in "#-")


@given(TEXTS, TEXTS)
def test_no_word_of_either_text_is_lost_or_made_up(old, new):
    found = compare(old, new)
    assert sorted(words(found, Mark.SAME, Mark.ADDED)) == plain(new)
    assert sorted(words(found, Mark.SAME, Mark.REMOVED)) == plain(old)


@given(TEXTS)
def test_the_same_text_has_no_change(text):
    assert compare(text, text).changed == 0


def test_a_changed_word_is_marked_within_its_paragraph():
    found = compare("# Title\n\nYou may say no.\n\nThe end.", "# Title\n\nYou may always say no.\n\nThe end.")
    assert found.changed == 1
    assert words(found, Mark.ADDED) == ["always"]
    assert words(found, Mark.REMOVED) == []
    assert [passage.changed for passage in found.passages] == [False, True, False]
    assert [passage.under for passage in found.passages] == ["", "Title", "Title"]


def test_points_of_a_list_are_compared_one_by_one():
    found = compare("- One thing here.\n- Two things here.", "- One thing here.\n- Three things here.")
    assert (words(found, Mark.ADDED), words(found, Mark.REMOVED)) == (["Three"], ["Two"])


def test_a_paragraph_that_has_little_in_common_is_taken_out_and_put_in():
    found = compare("The first paragraph says this.", "Another speaks of cats and dogs.")
    marks = [paragraph.mark for passage in found.passages for paragraph in passage.paragraphs]
    assert sorted(marks) == [Mark.ADDED, Mark.REMOVED]


def test_the_longest_text_that_is_allowed_is_compared_in_a_breath():
    long = " ".join(f"word{number % 977}" for number in range(14_000))
    started = time.monotonic()
    compare(long, long[:-10] + " and more")
    for kind in TermsKind:
        _summaries, texts = read_texts(folder_of(kind))
        compare(texts["en"], texts["es"])
    assert time.monotonic() - started < 5
