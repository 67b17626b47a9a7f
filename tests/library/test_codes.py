import pytest
from django.apps import apps

from library.codes import ParsedCode, child_code, is_code, parse_code
from library.models import RegisteredCode
from library.passages import passages
from sdg_links.models import Sdg, SdgLink
from tests.editions.making import NextEdition

CODES = {
    "SF": ("SF", None, ()),
    "SF V": ("SF", None, ("V",)),
    "SF V.1": ("SF", None, ("V", "1")),
    "SF 2030.V.1": ("SF", 2030, ("V", "1")),
    "GPG 1": ("GPG", None, ("1",)),
    "GPG 0.3": ("GPG", None, ("0", "3")),
    "GPG 2026.1.3": ("GPG", 2026, ("1", "3")),
    "GPG 999.1": ("GPG", None, ("999", "1")),
    "HNCB 2024": ("HNCB", 2024, ()),
    "HNCB 2024.6.4": ("HNCB", 2024, ("6", "4")),
    "D 2019": ("D", 2019, ()),
    "D 2017.4.12": ("D", 2017, ("4", "12")),
}


@pytest.mark.parametrize("code", CODES)
def test_code_has_scheme_year_and_parts(code):
    parsed = ParsedCode.of(code)

    assert parsed[:3] == CODES[code]
    assert str(parsed) == code


def test_code_of_a_link_has_that_of_the_other():
    parsed = ParsedCode.of("GPG 2026.1 SDG 16.a")

    assert parsed == ("GPG", 2026, ("1",), "SDG 16.a")
    assert str(parsed) == "GPG 2026.1 SDG 16.a"


@pytest.mark.parametrize(
    "text",
    ["", "gpg 1", "GPG  1", "GPG 1.", "GPG .1", "GPG 1 2", "1.3", "GPG 1.3\n", "GPG ١", "É 1"],
)
def test_other_texts_are_no_codes(text):
    assert ParsedCode.of(text) is None
    assert not is_code(text)


@pytest.mark.parametrize(
    ("code", "year", "other"),
    [
        ("GPG 1.3", 2026, "GPG 2026.1.3"),
        ("GPG 2026.1.3", 2030, "GPG 2030.1.3"),
        ("GPG 2026.1.3", None, "GPG 1.3"),
        ("SF", 2031, "SF 2031"),
        ("SF V", 2031, "SF 2031.V"),
        ("HNCB 2024.6", 2027, "HNCB 2027.6"),
    ],
)
def test_code_in_another_edition_has_its_year(code, year, other):
    assert ParsedCode.of(code).in_edition(year) == other


def test_child_of_an_edition_has_its_year():
    assert child_code(ParsedCode.of("SF").in_edition(2031), 2) == "SF 2031.2"


@pytest.mark.usefixtures("content")
@pytest.mark.django_db
@pytest.mark.whole_site
class TestEveryCode:
    def all_codes(self):
        coded = [model for model in apps.get_models() if hasattr(model, "permanent_address")]
        rows = [row for model in coded for row in model._default_manager.all()]
        assert {Sdg, SdgLink, RegisteredCode} <= set(coded)
        return {row.code for row in rows} | {passage.code for passage in passages()}

    def test_every_code_is_read_and_written_back(self):
        NextEdition()
        codes = self.all_codes()

        assert len(codes) > 300
        for code in codes:
            parsed = ParsedCode.of(code)
            assert parsed, code
            assert str(parsed) == code
            assert parse_code(code.lower().replace(" ", "-")) == code.upper()

    def test_every_code_has_one_in_another_edition_and_back(self):
        for code in self.all_codes():
            parsed = ParsedCode.of(code)
            other = ParsedCode.of(parsed.in_edition(2099))
            assert other.year == 2099
            assert other.in_edition(parsed.year) == code
