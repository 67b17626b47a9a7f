"""The pages that lines of a document may belong to, existing and new, as a plan names them."""

from collections.abc import Iterator

from django.apps import apps
from django.utils.translation import gettext as _

from library.codes import parse_code
from library.models import Container, Statement
from library.passages import passage_models


def container_models() -> list[type[Container]]:
    """Return the models of pages with statements, by their label."""
    return [model for model in passage_models() if issubclass(model, Container)]


def statement_model(container: Container) -> type[Statement]:
    """Return the model of the statements of a container."""
    return next(
        model
        for model in passage_models()
        if issubclass(model, Statement)
        and model._meta.get_field(model.container_field).related_model is type(container)
    )


def place_choices() -> list[tuple[str, str]]:
    """Return the places of a line that have no code: value and label, new pages last."""
    choices = [("", _("the same page as the line before"))]
    for model in container_models():
        name = model._meta.verbose_name
        choices.append((model._meta.label_lower, _("new page: %(kind)s") % {"kind": name}))
    return choices


def existing_pages() -> Iterator[tuple[str, Container]]:
    """Yield each page that there is, after the place by which a plan names it."""
    for model in container_models():
        for record in model._default_manager.all():
            yield f"{model._meta.label_lower}.{record.pk}", record


def place_of_code(text: str) -> str:
    """Return the place that a plan stores for the code of a page, the text itself for no code."""
    code = parse_code(text)
    for model in container_models():
        record = model._default_manager.filter(code=code).first() if code else None
        if record is not None:
            return f"{model._meta.label_lower}.{record.pk}"
    return text


def container_of(place: str) -> tuple[type[Container], int | None] | None:
    """Return the model and the key that a place names; the key is None for a new page.

    None where it names no model of a container.
    """
    label, _dot, key = place.rpartition(".")
    label, pk = (label, int(key)) if key.isdecimal() else (place, None)
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return (model, pk) if issubclass(model, Container) else None
