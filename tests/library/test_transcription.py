import pytest

from library.codes import child_code, parse_code, sort_key, to_slug
from library.transcription import apply_corrections, without_marker
from tests.factories import make_correction, make_line


@pytest.mark.parametrize(
    ("line", "wording"),
    [
        ("- كشف الجرائم.", "كشف الجرائم."),
        ("- ’2‘ تبسيط الاطلاع", "تبسيط الاطلاع"),
        ("- ’12‘ تبسيط الاطلاع", "تبسيط الاطلاع"),
        ("ثالثا. الحكم الرشيد", "الحكم الرشيد"),
        ("سادساً. الأخلاقيات", "الأخلاقيات"),
        ("ثاني عشر. الأخلاقيات", "الأخلاقيات"),
        ("’’الأمر بسيط", "’’الأمر بسيط"),
        (" نص ", "نص"),
    ],
)
def test_marker_before_a_line_is_not_part_of_its_words(line, wording):
    assert without_marker(line) == wording


@pytest.mark.django_db
def test_corrections_replace_their_words_in_the_line():
    line = make_line("- إمكانات الإتربول")
    correction = make_correction(line, "الإتربول", "الإنتربول")

    assert apply_corrections(line.text, [correction]) == "إمكانات الإنتربول"


@pytest.mark.django_db
def test_correction_that_does_not_fit_its_line_is_an_error():
    line = make_line("الإنتربول")

    with pytest.raises(ValueError, match="الإتربول"):
        apply_corrections(line.text, [make_correction(line, "الإتربول", "الإنتربول")])


@pytest.mark.parametrize("address", ["GPG-1.3", "gpg-1.3", "GPG 1.3", " gpg 1.3 "])
def test_code_is_read_from_whatever_people_type(address):
    assert parse_code(address) == "GPG 1.3"


def test_code_goes_into_an_address_without_spaces():
    assert to_slug("GPG 1.3") == "GPG-1.3"


def test_codes_below_a_code():
    assert child_code("GPG 1", 3) == "GPG 1.3"
    assert child_code("SF", 2) == "SF 2"


def test_codes_sort_by_their_numbers():
    codes = ["GPG 1.10", "SF V", "GPG 1", "GPG 1.9", "SF 1", "SF"]

    assert sorted(codes, key=sort_key) == ["GPG 1", "GPG 1.9", "GPG 1.10", "SF", "SF 1", "SF V"]
