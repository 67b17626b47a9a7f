"""The data of the overview figure: the published goals and cross-cutting themes."""

from django.utils.functional import cached_property

from crosscutting.models import Theme
from goals.models import Goal
from library.models import Container
from library.preview import cached_for_readers


class Framework:
    """The published goals and themes in their order, each queried when a template uses it."""

    @cached_property
    def goals(self) -> list[Goal]:
        """The published goals."""
        return published_records(Goal)

    @cached_property
    def themes(self) -> list[Theme]:
        """The published themes."""
        return published_records(Theme)


@cached_for_readers
def published_records[C: Container](model: type[C]) -> list[C]:
    """Return the published records of a model; cached until the content changes."""
    return list(model.objects.published())
