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
