"""Passwords that are made of common ones, or known from a breach, are refused."""

from hashlib import sha1

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from accounts.passwords import CommonPartsValidator, is_in_sorted_file
from tests.conftest import sqlite_only

pytestmark = sqlite_only

MADE_OF_COMMON = ["password1234", "Sunshine-2024", "1234iloveyou", "qwertyqwerty", "footballmonkey"]
MADE_OF_COMMON += [
    "aaaaaaaaaaaa",
    "abcabcabcabc",
    "123123123123",
    "qwertyuiop12345",
    "Dragon! 99!!!!",
]
OTHERS = ["a long enough phrase", "another long phrase", "seven blue herons", "ستة عشر بابا أخضر"]


def codes(password):
    """Return the codes of the reasons for which a password is refused."""
    try:
        validate_password(password)
    except ValidationError as error:
        return {problem.code for problem in error.error_list}
    return set()


@pytest.mark.parametrize("password", MADE_OF_COMMON)
def test_password_made_of_common_ones_is_refused(password):
    assert "password_of_common_parts" in codes(password)


@pytest.mark.parametrize("password", OTHERS)
def test_other_long_password_is_taken(password):
    assert codes(password) == set()


def test_more_than_3000_common_passwords_of_this_length_are_refused():
    """OWASP ASVS 5.0, 6.2.4."""
    validator = CommonPartsValidator()
    commonest = sorted(validator.common)[:400]
    refused = {
        password
        for first in commonest
        for password in (f"{first}{second}" for second in commonest)
        if len(password) >= 12 and validator.is_of_two(password)
    }

    assert len(refused) > 3000


@pytest.fixture
def breached(tmp_path, settings):
    """A sorted file of the hashes of some passwords, with the number of their breaches."""
    passwords = [f"a phrase of somebody {number}" for number in range(200)]
    hashes = sorted(sha1(text.encode(), usedforsecurity=False).hexdigest() for text in passwords)
    settings.BREACHED_PASSWORDS = tmp_path / "hashes.txt"
    lines = [f"{digest.upper()}:{7**place % 997}\n" for place, digest in enumerate(hashes)]
    settings.BREACHED_PASSWORDS.write_text("".join(lines))
    return passwords


def test_password_of_a_breach_is_refused(breached, settings):
    for password in breached:
        assert codes(password) == {"password_breached"}
    for number in range(200, 400):
        assert codes(f"a phrase of somebody {number}") == set()

    with translation.override("ar"), pytest.raises(ValidationError, match="تسريب"):
        validate_password(breached[0])
    settings.BREACHED_PASSWORDS = None
    assert codes(breached[0]) == set()


def test_line_is_found_wherever_it_is(tmp_path):
    path = tmp_path / "lines"
    for lines in (["B"], ["A:1", "B:22", "D:333"], ["A", "B", "C", "D"], []):
        path.write_text("".join(f"{line}\n" for line in lines))
        found = {letter for letter in "ABCDE" if is_in_sorted_file(path, letter.encode())}
        assert found == {line[0] for line in lines}
