"""What the portal keeps about signing in, beside what django-allauth keeps."""

from django.db import models


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
