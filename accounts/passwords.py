"""Validators of passwords: made of known words or of common passwords, or breached."""

from hashlib import sha1
from pathlib import Path

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

# OWASP ASVS 5.0, 6.1.2: the names of the organisation, its place, the portal and its subject.
WORDS: list[str] = """
    interpol interpolice icpo oipc police policing portal global goals goal gpgs gpg lyon singapore
    security password passphrase crime knowledge base
    إنتربول الإنتربول الانتربول انتربول شرطة الشرطة شرطي بوابة البوابة أهداف الأهداف العالمية عالمية
    الدولية دولية الجنائية جنائية المنظمة منظمة ليون سنغافورة جريمة الجريمة المعارف كلمة السر المرور
""".split()  # noqa: SIM905
WORDS_LONGEST_FIRST: list[str] = sorted(WORDS, key=len, reverse=True)
MIN_OTHER_CHARACTERS = 8  # letters or digits


class KnownWordsValidator:
    """Refuses a password with fewer than MIN_OTHER_CHARACTERS letters or digits besides WORDS."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError if the password has one of the words and too little else."""
        rest = password.casefold()
        for word in WORDS_LONGEST_FIRST:
            rest = rest.replace(word, " ")
        has_any = rest != password.casefold()
        if has_any and sum(letter.isalnum() for letter in rest) < MIN_OTHER_CHARACTERS:
            raise ValidationError(self.get_help_text(), code="password_of_known_words")

    def get_help_text(self) -> str:
        return _(
            "Your password can’t be made of words that everybody connects with the portal, "
            "such as INTERPOL: add at least eight other letters or digits."
        )


class CommonPartsValidator:
    """Refuses a password that is made of common ones: two of them, one repeated, or with digits.

    Django's list of 19,640 common passwords has only 190 of twelve characters or more.
    """

    @cached_property
    def common(self) -> set[str]:
        """The common passwords, in small letters."""
        passwords: set[str] = CommonPasswordValidator().passwords
        return passwords

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError if the password is made of common ones."""
        text = "".join(letter for letter in password.casefold() if letter.isalnum())
        core = text.strip("0123456789")
        if is_repeated(text) or core in self.common or self.is_of_two(core) or self.is_of_two(text):
            raise ValidationError(self.get_help_text(), code="password_of_common_parts")

    def is_of_two(self, text: str) -> bool:
        """Whether a text is one common password after another."""
        return any(
            text[:place] in self.common and text[place:] in self.common
            for place in range(1, len(text))
        )

    def get_help_text(self) -> str:
        return _(
            "Your password can’t be made of commonly used ones: one with digits, two of them, or "
            "the same several times."
        )


def is_repeated(text: str) -> bool:
    """Whether a text is a shorter one several times: its rotations have it again."""
    return bool(text) and text in (text + text)[1:-1]


class BreachedPasswordValidator:
    """Refuses a password whose SHA-1 is in the file BREACHED_PASSWORDS, if there is one.

    Each line begins with the SHA-1 of a password in 40 hexadecimal digits; they are sorted, as in
    the file “Pwned Passwords, ordered by hash”. Nothing is sent anywhere.
    """

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError if the password is in the file."""
        if settings.BREACHED_PASSWORDS:
            digest = sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
            if is_in_sorted_file(settings.BREACHED_PASSWORDS, digest):
                raise ValidationError(
                    _("This password is known from a data breach; please choose another one."),
                    code="password_breached",
                )

    def get_help_text(self) -> str:
        return ""


def is_in_sorted_file(path: Path, start: bytes) -> bool:
    """Whether a line of a sorted file begins so; it reads a few lines only, in any large file."""
    with path.open("rb") as file:
        low, high = 0, path.stat().st_size
        while low < high:  # the line, if there is one, begins at `low` or later and before `high`
            middle = (low + high) // 2
            file.seek(middle)
            if middle:
                file.seek(middle - 1)
                file.readline()
            line_start = file.tell()
            line = file.readline()[: len(start)].upper()
            if line_start >= high or not line or line > start:
                high = middle
            elif line == start:
                return True
            else:
                low = file.tell()
    return False
