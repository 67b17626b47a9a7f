"""The names of people in the history, also of those whose account was erased.

A model that stores names of people declares `person_columns`: it maps each column with a name to
the foreign key that points to the same account, "" where there is none.
"""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop

if TYPE_CHECKING:  # names of django-stubs, which stand for the model of AUTH_USER_MODEL
    from django.contrib.auth.models import _AnyUser, _User

type Account = _User
type Visitor = _AnyUser  # an Account or an AnonymousUser

# Stored in the place of an erased name. No account can have it: names of accounts have no spaces.
ERASED = gettext_noop("an erased account")
ARROW = " → "  # between who proposed and who accepted, in the comment of a revision


def signed_in(request: HttpRequest) -> Account:
    """Return the account of a request to a view that only those who signed in can reach."""
    return cast("Account", request.user)


def shown_name(name: str) -> str:
    """Return a stored name as readers see it: that of an erased account is translated."""
    return gettext(name) if name == ERASED else name


def shown_comment(comment: str) -> str:
    """Return the comment of a revision; texts of the portal in it are translated."""
    if ERASED in comment:
        return "".join(map(shown_name, comment_parts(comment)))
    return gettext(comment) if comment else ""


def comment_parts(comment: str) -> list[str]:
    """Split the comment of an accepted proposal, “amal → badr: reason”, into five texts."""
    author, arrow, rest = comment.partition(ARROW)
    publisher, colon, reason = rest.partition(": ")
    return [author, arrow, publisher, colon, reason]
