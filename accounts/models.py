"""Accounts, and the data about signing in that django-allauth does not have."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone


class User(AbstractUser):
    """An account. Django's fields, in a model of the portal, so that fields can be added later."""

    class Meta(AbstractUser.Meta):
        ordering = ["username"]


class CacheEntry(models.Model):
    """A row of Django's cache in the database, which counts attempts to sign in.

    The model exists only so that a migration creates the table; Django's cache reads and writes it.
    """

    is_backed_up = False

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["cache_key"]
        default_permissions = []

    def __str__(self) -> str:
        return self.cache_key


class NewBrowser(models.Model):
    """A notice: somebody signed in to an account with a browser that was not known for it.

    `name` is the name of the browser, as in “Firefox · Linux”; `is_told` is true once the person
    has seen the notice.
    """

    is_backed_up = False

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="new_browsers"
    )
    made = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=40, blank=True)
    is_told = models.BooleanField(default=False)

    class Meta:
        ordering = ["-made", "-id"]
        default_permissions = []

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """The invitation to an account that an administrator has made for somebody.

    Until the time `until`, a link lets its reader set the password. It was sent to the address
    `sent_to`, and has a secret key, of which `key_hash` is the hash: "" once the link was used.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitation"
    )
    made = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="invitations_made",
    )
    sent_to = models.EmailField(blank=True)
    key_hash = models.CharField(max_length=64, blank=True, db_index=True)
    until = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made", "-id"]
        default_permissions = []

    def __str__(self) -> str:
        return self.sent_to

    @property
    def is_pending(self) -> bool:
        """Whether nobody has used the account yet, neither by the link nor in another way."""
        is_used = self.user.last_login is not None or self.user.has_usable_password()
        return self.accepted_at is None and not is_used

    @property
    def is_expired(self) -> bool:
        """Whether the link is too old."""
        return self.until <= timezone.now()

    @property
    def is_open(self) -> bool:
        """Whether the link is good: also not if the address that it was sent to is another now."""
        is_theirs = self.user.is_active and self.user.email == self.sent_to
        return self.is_pending and is_theirs and not self.is_expired
