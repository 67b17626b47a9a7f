"""The request of a person who is signed in, for annotations of views behind login_required."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    user: User
