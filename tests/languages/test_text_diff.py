from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from languages.text_diff import ADDED, KEPT, REMOVED, differences


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
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
def test_wordings_are_compared_word_by_word(before, after, pieces):
    assert [tuple(piece) for piece in differences(before, after)] == pieces


TEXT = st.text(st.sampled_from("اب َab’ .\n"), max_size=30)


@given(TEXT, TEXT)
def test_pieces_give_back_both_wordings(before, after):
    pieces = differences(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == after


@pytest.mark.parametrize("words", [("a b ", "c d "), ("a {} ", "a {}{} ")])
def test_long_texts_are_compared_in_a_moment(words):
    """Spaces that matched each other took 10 seconds for 500 words."""
    one, other = ("".join(word.format(n, n) for n in range(2000)) for word in words)
    started = perf_counter()

    pieces = differences(one, other)

    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == one
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == other
    assert perf_counter() - started < 2
