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


class LoadedRecord(models.Model):
    """What load_content last wrote of a record of the content files, by which edits are told.

    `model` is the label of the record's model in small letters, `record` its primary key, `key`
    what it is called in the files. `digests` has a digest of the value of each column.
    """

    model = models.CharField(max_length=64)
    record = models.BigIntegerField()
    key = models.JSONField()
    digests = models.JSONField()

    class Meta:
        ordering = ["model", "record"]
        verbose_name = _("record of the content files")
        verbose_name_plural = _("records of the content files")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["model", "record"], name="loaded_record_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.key}"
