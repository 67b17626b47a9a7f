"""The proposed pairs of Arabic and English lines: our own documents, damaged."""

from itertools import product

import pytest

from ingest.pairing import Pair, pair_lines
from tests.ingest.damaged_translations import damage, document_pairs

MIN_PRECISION, MIN_RECALL = 0.95, 0.88


@pytest.mark.django_db
@pytest.mark.parametrize("rate", [0.06, 0.12, 0.24])
def test_damaged_translations_are_paired_with_their_sources(content, rate):
    documents = document_pairs()
    right = proposed = real = 0
    for number, pairs in enumerate(documents):
        others = [text for other in documents if other is not pairs for _arabic, text in other]
        lines = damage(pairs, rate, seed=number, others=others)
        found = {
            link
            for pair in pair_lines(lines.source, lines.target, "ar", "en")
            for link in product(pair.source, pair.target)
        }
        right += len(found & lines.links)
        proposed += len(found)
        real += len(lines.links)
    print(f"{real} links: precision {right / proposed:.3f}, recall {right / real:.3f}")

    assert right / proposed >= MIN_PRECISION
    assert right / real >= MIN_RECALL


@pytest.mark.django_db
def test_each_line_is_in_one_pair_in_order():
    source = ["العنوان", "تعقد الدورة 19 في ليون.", "نهاية"]
    target = [
        "The title",
        "Something else that nobody wrote",
        "The 19th session is in Lyon.",
        "End",
    ]

    pairs = pair_lines(source, target, "ar", "en")

    assert [index for pair in pairs for index in pair.source] == [0, 1, 2]
    assert [index for pair in pairs for index in pair.target] == [0, 1, 2, 3]
    assert Pair((1,), (2,)) in pairs or Pair((1,), (1, 2)) in pairs
    assert pair_lines([], [], "ar", "en") == []
    assert pair_lines(["سطر"], [], "ar", "en") == [Pair((0,), ())]
