"""The names of people in the history, also of those whose account was erased.

A model that stores names of people declares `person_columns`: it maps each column with a name to
the foreign key that points to the same account, "" where there is none.
"""

from django.utils.translation import gettext, gettext_noop

# Stored in the place of an erased name. No account can have it: names of accounts have no spaces.
ERASED = gettext_noop("an erased account")
ARROW = " → "  # between who proposed and who accepted, in the comment of a revision


def shown_name(name):
    """Return a stored name as readers see it: that of an erased account is translated."""
    return gettext(name) if name == ERASED else name


def shown_comment(comment):
    """Return the comment of a revision; texts of the portal in it are translated."""
    if ERASED in comment:
        return "".join(map(shown_name, comment_parts(comment)))
    return gettext(comment) if comment else ""


def comment_parts(comment):
    """Split the comment of an accepted proposal, “amal → badr: reason”, into five texts."""
    author, arrow, rest = comment.partition(ARROW)
    publisher, colon, reason = rest.partition(": ")
    return [author, arrow, publisher, colon, reason]
