"""The data of the overview figure: the published goals and cross-cutting themes."""

from django.utils.functional import cached_property

from crosscutting.models import Theme
from goals.models import Goal
from library.editions import Editions, newest_edition, records_of_edition


class Framework:
    """The goals and themes of the newest edition in order, each queried when a template uses it."""

    @cached_property
    def goals(self) -> list[Goal]:
        """The goals of the newest edition."""
        return records_of_edition(Goal, newest_edition(Goal))

    @cached_property
    def goal_editions(self) -> Editions:
        """The editions of the goals, of which the newest is shown."""
        return Editions(Goal)

    @cached_property
    def theme_editions(self) -> Editions:
        """The same for the themes."""
        return Editions(Theme)

    @cached_property
    def themes(self) -> list[Theme]:
        """The themes of the newest edition."""
        return records_of_edition(Theme, newest_edition(Theme))
