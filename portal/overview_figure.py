"""The data of the overview figure: the published goals and cross-cutting themes."""

from django.utils.functional import cached_property

from crosscutting.models import Theme
from goals.models import Goal
from library.editions import Editions, newest_edition, of_edition
from library.models import EditionContainer
from library.preview import cached_for_readers


class Framework:
    """The goals and themes of the newest edition in order, each queried when a template uses it."""

    @cached_property
    def goals(self) -> list[Goal]:
        """The goals of the newest edition."""
        return published_records(Goal)

    @cached_property
    def goal_editions(self) -> Editions:
        """The editions of the goals, of which the newest is shown."""
        return Editions(Goal, newest_edition(Goal))

    @cached_property
    def theme_editions(self) -> Editions:
        """The same for the themes."""
        return Editions(Theme, newest_edition(Theme))

    @cached_property
    def themes(self) -> list[Theme]:
        """The themes of the newest edition."""
        return published_records(Theme)


@cached_for_readers
def published_records[C: EditionContainer](model: type[C]) -> list[C]:
    """Return the published records of the newest edition; cached until the content changes."""
    return list(of_edition(model))
