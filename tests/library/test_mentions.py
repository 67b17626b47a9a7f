import pytest

from library.glossary.mentions import MentionFinder, highlight_spans


def mentioned_words(text, *names):
    return [
        text[mention.start : mention.end] for mention in MentionFinder({"term": names}).find(text)
    ]


@pytest.mark.parametrize(
    ("text", "name", "mention"),
    [
        ("مكافحة الجرائم السيبرية.", "الجرائم السيبرية", "الجرائم السيبرية"),
        ("والجريمة السيبرية", "الجريمة السيبرية", "والجريمة السيبرية"),
        ("وحماية البيانات", "حماية البيانات", "وحماية البيانات"),
        ("للإنتربول", "الإنتربول", "للإنتربول"),
        ("والحوار", "الحوار", "والحوار"),
        ("National Central Bureaus", "National Central Bureau", "National Central Bureaus"),
        ("law enforcement agencies", "law enforcement agency", "law enforcement agencies"),
        ("شبكة (I-24/7)", "I-24/7", "I-24/7"),
    ],
)
def test_term_is_found_in_the_form_that_stands_in_the_text(text, name, mention):
    assert mentioned_words(text, name) == [mention]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Enable partnerships", "enabler"),
        ("إجراءات وحوار", "الحوار"),
        ("ومن المهم إزالة العوائق", "المهمة"),
        ("الجريمة المنظمة", "الجريمة السيبرية"),
        ("البيانات", "حماية البيانات"),
        ("", "terrorism"),
    ],
)
def test_other_words_are_not_taken_for_the_term(text, name):
    assert mentioned_words(text, name) == []


def test_longer_form_of_one_term_wins():
    text = "Heads of NCB Conference"

    assert mentioned_words(text, "Heads of NCB Conference", "Heads of NCB") == [text]


def test_highlighting_changes_nothing_but_the_marks():
    text = "A <b> & cybercrime, cybercrime"
    mentions = MentionFinder({"term": ["cybercrime"]}).find(text)

    assert (
        highlight_spans(text, mentions, "en")
        == "A &lt;b&gt; &amp; <mark>cybercrime</mark>, <mark>cybercrime</mark>"
    )


def test_highlighting_keeps_codes_isolated_in_arabic():
    text = "شبكة I-24/7 المأمونة"
    mentions = MentionFinder({"term": ["I-24/7"]}).find(text)

    assert highlight_spans(text, mentions, "ar") == "شبكة <mark><bdi>I-24/7</bdi></mark> المأمونة"
