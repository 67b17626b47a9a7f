"""Who has an account, and what is kept about signing in beside what django-allauth keeps."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone


class User(AbstractUser):
    """Somebody with an account. The model is the portal's own, so that it can grow."""

    class Meta(AbstractUser.Meta):
        ordering = ["username"]


class CacheEntry(models.Model):
    """A row of Django's cache in the database, in which attempts to sign in are counted.

    Nothing reads it by this model, which is here so that a migration makes the table.
    """

    is_backed_up = False

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["cache_key"]
        default_permissions = []

    def __str__(self):
        return self.cache_key


class NewBrowser(models.Model):
    """Somebody signed in with a browser that the portal had not seen them with before."""

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

    def __str__(self):
        return self.name
