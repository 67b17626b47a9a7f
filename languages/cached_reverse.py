"""Django's reverse() with a cache: the portal's addresses in the active language."""

from functools import lru_cache

from django.urls import URLResolver, get_resolver, get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language

MAX_CACHED = 4096  # addresses that a process keeps


def cached_reverse(name: str, *arguments: str | int) -> str:
    """Return the address of a view, as reverse() does; a page may need a hundred of them.

    `arguments` are the positional ones of the view. Raises NoReverseMatch.
    """
    resolver = get_resolver(get_urlconf())
    return reverse_once(resolver, get_script_prefix(), get_language(), name, arguments)


@lru_cache(MAX_CACHED)
def reverse_once(
    resolver: URLResolver,
    prefix: str,
    language: str | None,
    name: str,
    arguments: tuple[str | int, ...],
) -> str:
    """Return reverse(); the other arguments are in the cache's key, since the address varies."""
    return reverse(name, args=arguments)
