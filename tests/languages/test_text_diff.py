from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from languages.text_diff import ADDED, KEPT, REMOVED, word_diff


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("", "", []),
        ("نص", "نص", [(KEPT, "نص")]),
        ("", "new", [(ADDED, "new")]),
        (
            "Fight all crime",
            "Fight crime",
            [(KEPT, "Fight "), (REMOVED, "all "), (KEPT, "crime")],
        ),
        (
            "مكافحة الجريمة",
            "مكافحة الجَريمة المنظمة.",
            [(KEPT, "مكافحة "), (REMOVED, "الجريمة"), (ADDED, "الجَريمة المنظمة.")],
        ),
        (
            "Interpol’s old words",
            "Amal’s words",
            [
                (REMOVED, "Interpol’s old"),
                (ADDED, "Amal’s"),
                (KEPT, " words"),
            ],
        ),
        ("a\r\nb", "a\nb", [(KEPT, "a\nb")]),
    ],
)
def test_texts_are_compared_word_by_word(before, after, parts):
    assert [tuple(part) for part in word_diff(before, after)] == parts


TEXT = st.text(st.sampled_from("اب َab’ .\n"), max_size=30)


@given(TEXT, TEXT)
def test_parts_give_back_both_texts(before, after):
    parts = word_diff(before, after)
    assert "".join(part.text for part in parts if part.kind != ADDED) == before
    assert "".join(part.text for part in parts if part.kind != REMOVED) == after


@pytest.mark.parametrize("words", [("a b ", "c d "), ("a {} ", "a {}{} ")])
def test_long_texts_are_compared_in_a_moment(words):
    """500 words took 10 seconds while spaces were matched with each other."""
    before, after = ("".join(word.format(n, n) for n in range(2000)) for word in words)
    started = perf_counter()

    parts = word_diff(before, after)

    assert "".join(part.text for part in parts if part.kind != ADDED) == before
    assert "".join(part.text for part in parts if part.kind != REMOVED) == after
    assert perf_counter() - started < 2
