"""A validator for passwords that are made of well-known words about the portal."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
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
