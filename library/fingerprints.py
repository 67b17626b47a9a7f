"""Fingerprints of texts, by which a quotation can be checked against what the portal says now."""

import re
import unicodedata
from hashlib import sha256

# Enough of a SHA-256 to tell any two versions of a text apart, and short enough to be printed.
DIGITS = 12
FORM = re.compile(rf"(?P<language>[a-z]{{2}})\.(?P<digest>[0-9a-f]{{{DIGITS}}})\Z")


def fingerprint(text, language):
    """Return what identifies a text in a language, such as ar.3f9c2a71d04e; "" for no text.

    It is the beginning of the SHA-256 of the text in Unicode's form NFC, its white space
    reduced to single spaces, so that a copied line break is no change.
    """
    normal = unicodedata.normalize("NFC", " ".join(text.split()))
    return f"{language}.{sha256(normal.encode()).hexdigest()[:DIGITS]}" if normal else ""


def language_of(mark):
    """Return the language that a fingerprint is for, or "" where it is no fingerprint."""
    match = FORM.match(mark)
    return match["language"] if match else ""
