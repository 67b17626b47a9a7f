"""The numbers, codes and addresses that are proposed for new pages and statements."""

from collections.abc import Collection
from itertools import chain, count
from typing import Any

from django.db.models import Model
from django.utils.text import slugify

from library.models import Container, RegisteredCode


def next_number(model: type[Model], field: str = "number", **lookups: Any) -> int:
    """Return the number after the highest of some records, 1 where there is none."""
    last = model._base_manager.filter(**lookups).order_by(f"-{field}").first()
    return getattr(last, field) + 1 if last else 1


def may_be_given(code: str, model: type[Model]) -> bool:
    """Whether a code is free, or was given to a record of the model that nobody ever saw."""
    holder = RegisteredCode.objects.filter(code=code).first()
    if holder is None:
        return not model._base_manager.filter(code=code).exists()
    is_gone = not model._base_manager.filter(pk=holder.record).exists()
    return is_gone and holder.published_at is None and holder.model == model._meta.label_lower


def propose_slug(
    model: type[Container], title: str, address: str, given: Collection[str] = ()
) -> str:
    """Return a free address of a new page from its title in Latin letters, or from another one.

    `given` are addresses of pages that are not stored yet.
    """
    slug = (slugify(title) or address)[:45].strip("-")
    records: Any = model._base_manager.filter(**{"slug__startswith": slug})
    taken = {*given, *records.values_list("slug", flat=True)}
    numbered = (f"{slug}-{number}" for number in count(2))
    return next(free for free in chain([slug], numbered) if free not in taken)
