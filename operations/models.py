"""The list of back-ups, and the permission to see the status page."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SEE_STATUS = "operations.see_status"  # the permission to open the status page
MAX_NAME_LENGTH = 250


class Backup(models.Model):
    """A back-up that was made: its time, its file and its size.

    The list belongs to the installation: it is in no back-up, and restoring does not change it.
    """

    is_backed_up = False

    made = models.DateTimeField(_("time"), default=timezone.now)
    name = models.CharField(_("file"), max_length=MAX_NAME_LENGTH)
    rows = models.PositiveBigIntegerField(_("records"))
    size = models.PositiveBigIntegerField(_("size in bytes"))
    version = models.CharField(_("release of the portal"), max_length=32)
    is_encrypted = models.BooleanField(_("encrypted"))

    class Meta:
        ordering = ["-made", "-id"]
        verbose_name = _("back-up")
        verbose_name_plural = _("back-ups")
        default_permissions = ["view"]
        permissions = [("see_status", "Can see the status of the portal")]

    def __str__(self) -> str:
        return self.name
