"""Addresses of the portal's pages in the language of the reader, each worked out once."""

from functools import lru_cache

from django.urls import get_resolver, get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language

MAX_CACHED = 4096  # addresses that a process remembers


def address(name, *arguments):
    """Return what reverse() does, which a page with its many links asks a hundred times.

    Raises NoReverseMatch.
    """
    resolver = get_resolver(get_urlconf())
    return remembered(resolver, get_script_prefix(), get_language(), name, arguments)


@lru_cache(MAX_CACHED)
def remembered(resolver, prefix, language, name, arguments):
    return reverse(name, args=arguments)
