import pytest

from translations.consistency import find_problems


def problem_codes(arabic, english):
    return [problem.code for problem in find_problems(arabic, english, "ar", "en")]


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("في عام 2023", "in 2023"),
        ("شبكة I-24/7", "the I-24/7 network"),
        ("الدورة 86", "the 86th session"),
        ("المقصد 16.a", "target 16.a"),
        ("المقصد 16-أ", "target 16.a"),
        ("المقصد 16-4", "target 16.4"),
        ("الأهداف 5 و16 و17 من أهداف التنمية المستدامة", "Goals 5, 16 and 17"),
        ("للفترة 2026-2030", "for 2026–2030"),
        ("10,000 شرطي", "10000 police officers"),
        ("16 تشرين الأول/أكتوبر 2023", "16 October 2023"),
        ("16 أكتوبر 2023", "16 October 2023"),
        ("16 تشرين الأول 2023", "October 16, 2023"),
        ("في أيار/مايو 2017", "in May 2017"),
        ("من 28 تشرين الثاني/نوفمبر إلى 1 كانون الأول/ديسمبر", "from 28 November to 1 December"),
        ("17 تموز/يوليه 2024", "2024-07-17"),
        ("وقد مارس دوره", "It may have played its part"),
        ("الدورة الحادية والتسعون", "the ninety-first session"),
        ("الدورة الثالثة عشرة", "the thirteenth session"),
        ("خمسا وعشرين دولة", "twenty-five states"),
        ("سبعة أهداف، منها هدفان", "seven goals, two of them"),
        ("وقال: «هذا (مثلا) حسن».", "He said: “This (for example) is good.”"),
        ("’’معا لمكافحة الجريمة‘‘", "“Together against Crime”"),
        ("’’هذه فقرة أولى.", "“This is a first paragraph."),
        ("انظر https://www.interpol.int/ar/3/3.", "See https://www.interpol.int/en/3/3."),
        ("- أول\n- ثان", "- First\n- Second"),
        ("(أ) أول (ب) ثان", "(a) First (b) second"),
        ("أ) أول\nب) ثان", "a) First\nb) Second"),
        ("الإحداثيات 1.5، وهيئة (Smith, Jones) وحدها", "the coordinates 1.5, and (Smith, Jones)"),
        ("", "Text with 7 numbers"),
    ],
)
def test_texts_that_say_the_same_have_no_problem(arabic, english):
    assert find_problems(arabic, english, "ar", "en") == []
    assert find_problems(english, arabic, "en", "ar") == []


@pytest.mark.parametrize(
    ("arabic", "english", "code"),
    [
        ("195 بلدا", "196 countries", "numbers"),
        ("في عام 2017", "then", "numbers"),
        ("7 أهداف", "seven goals", "numbers"),
        ("سبعة أهداف", "eight goals", "numbers"),
        ("الدورة السادسة عشرة", "the sixth session", "numbers"),
        ("للفترة 2030-2026", "for 2026-2030", "numbers"),
        ("الهدف 5 من أهداف التنمية المستدامة", "Goal 15", "sdg"),
        ("المقصد 16.a", "target 16.4", "sdg"),
        ("الهدف 5 في 16 بلدا", "Goal 16 in 5 countries", "sdg"),
        ("16 تشرين الأول/أكتوبر 2023", "16 November 2023", "dates"),
        ("16 تشرين الأول/نوفمبر 2023", "16 October 2023", "dates"),
        ("3 أيار/مايو و4 تموز/يوليو", "4 May and 3 July", "dates"),
        ("قاعدة ICSE", "the database", "acronyms"),
        ("قاعدة البيانات", "the ICSE database", "acronyms"),
        ("قاعدة ICSE", "the ISCE database", "acronyms"),
        ("https://www.un.org/ar/a", "https://www.un.org/en/b", "addresses"),
        ("اكتب إلى info@example.org", "Write to info@example.com", "addresses"),
        ("وقال: «هذا حسن.", "He said: “This is good.”", "quotations"),
        ("وقال: »هذا حسن«.", "He said: “This is good.”", "quotations"),
        ("المكتب (المركزي", "The (central) bureau", "brackets"),
        ("المكتب )المركزي(", "The (central) bureau", "brackets"),
        ("- أول\n- ثان", "- First and second", "lists"),
        ("(أ) أول (ب) ثان", "(a) First and second", "lists"),
        ("التعاون, والشراكات", "Cooperation and partnerships", "punctuation"),
        ("في عام 2023, و2024", "in 2023 and 2024", "punctuation"),
        ("ما هو الحوار?", "What is the Dialogue?", "punctuation"),
        ("التعاون والشراكات", "Cooperation، partnerships", "punctuation"),
        ("في عام ٢٠٢٣", "in 2023", "digits"),
        ("التعـاون", "Cooperation", "tatweel"),
        ("\u200fالتعاون", "Cooperation", "unseen"),
        ("التعاون", "Coope\u200bration", "unseen"),
    ],
)
def test_texts_that_differ_have_that_problem(arabic, english, code):
    assert set(problem_codes(arabic, english)) == {code}


def test_problem_has_its_piece_and_language():
    [problem] = find_problems("في عام 2017", "in 2018 and", "ar", "en")[:1]

    assert problem.message == "“2017” stands only in the source."
    assert (problem.piece, problem.language) == ("2017", "ar")


class Glossary:
    def is_named(self, acronym, text, language):
        return acronym == "INTERPOL" and "الإنتربول" in text

    def problems(self, source, target, source_language, target_language):
        return []


def test_acronym_may_stand_in_arabic_by_its_name():
    assert find_problems("الإنتربول", "INTERPOL", "ar", "en", Glossary()) == []
    assert find_problems("المنظمة", "INTERPOL", "ar", "en", Glossary()) != []
    assert find_problems("INTERPOL", "الإنتربول", "en", "ar", Glossary()) == []
    assert find_problems("الإنتربول INTERPOL", "The body", "ar", "en", Glossary()) != []
