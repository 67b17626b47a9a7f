"""Fingerprints of texts: with one, a quotation can be compared with the portal's present text."""

import re
import unicodedata
from hashlib import sha256

# Enough of a SHA-256 to tell any two versions of a text apart, and short enough to be printed.
DIGEST_DIGITS = 12
PATTERN = re.compile(rf"(?P<language>[a-z]{{2}})\.(?P<digest>[0-9a-f]{{{DIGEST_DIGITS}}})\Z")


def fingerprint(text: str, language: str) -> str:
    """Return the fingerprint of a text in a language, such as ar.3f9c2a71d04e; "" for no text.

    It is the beginning of the SHA-256 of the text in UTF-8, after Unicode normalisation to NFC
    and with each run of white space reduced to one space: a copied line break changes nothing.
    """
    normalised = unicodedata.normalize("NFC", " ".join(text.split()))
    if not normalised:
        return ""
    return f"{language}.{sha256(normalised.encode()).hexdigest()[:DIGEST_DIGITS]}"


def fingerprint_language(value: str) -> str:
    """Return the language code in a fingerprint, "" where `value` is not a fingerprint."""
    match = PATTERN.match(value)
    return match["language"] if match else ""
