"""The names of people in the history, and what stands there once they are forgotten.

A model that names people says so: `person_columns` maps each column with a name to the relation
that points to the same account, "" where there is none.
"""

from django.utils.translation import gettext, gettext_noop

# No account can have this name, since that of an account has no spaces.
ERASED = gettext_noop("an erased account")
ARROW = " → "  # between who proposed and who accepted, in the comment of a revision


def shown_name(name):
    """Return what readers see for a name in the history."""
    return gettext(name) if name == ERASED else name


def shown_comment(comment):
    """Return the comment of a revision in the reader's language, as far as the portal wrote it."""
    if ERASED in comment:
        return "".join(map(shown_name, comment_parts(comment)))
    return gettext(comment) if comment else ""


def comment_parts(comment):
    """Split the comment of an accepted proposal: “amal → badr: why”."""
    author, arrow, rest = comment.partition(ARROW)
    publisher, colon, why = rest.partition(": ")
    return [author, arrow, publisher, colon, why]
