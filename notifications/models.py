"""The mails that wait to be sent or were sent, and what each person has chosen about mails."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from languages.languages import source_language


class Kind(models.TextChoices):
    """What a mail tells about; the label completes “You get a mail when:”."""

    PROPOSAL_WAITS = "proposal-waits", _("a proposal waits for publishers")
    PROPOSAL_ACCEPTED = "proposal-accepted", _("a proposal of yours was accepted")
    PROPOSAL_REFUSED = "proposal-refused", _("a proposal of yours was refused")
    PROPOSAL_OVERDUE = "proposal-overdue", _("a proposal has waited for publishers for a long time")
    INVITATION = "invitation", _("somebody invites you")


# The kinds that nobody can switch off, and those that tell publishers alone.
ALWAYS_SENT = {Kind.INVITATION}
FOR_PUBLISHERS = {Kind.PROPOSAL_WAITS, Kind.PROPOSAL_OVERDUE}


class State(models.TextChoices):
    """What has become of a mail."""

    WAITING = "waiting"  # not sent yet; or refused for the time being, and tried again
    CLAIMED = "claimed"  # one process is sending it
    SENT = "sent"  # the server has accepted it
    FAILED = "failed"  # refused for good, or too often
    UNCERTAIN = "uncertain"  # perhaps sent: nobody knows, so it is not sent again


class OutgoingMail(models.Model):
    """A mail in the outbox, finished in the language of its recipient.

    `next_attempt` is when it is due; `claimed_at` when a process began to send it; `ended_at` when
    its state became one of the last three, and its subject and body were deleted. It is in no
    back-up: what is restored must not be sent a second time.
    """

    is_backed_up = False

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="outgoing_mails"
    )
    kind = models.CharField(max_length=32, choices=Kind)
    subject = models.TextField(blank=True)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    made = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made", "id"]
        default_permissions = []
        indexes = [models.Index(fields=["state", "next_attempt"], name="outgoing_mail_due")]

    def __str__(self) -> str:
        return self.kind


class MailChoices(models.Model):
    """The language in which a person gets mails, and the kinds that they have switched off."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choices"
    )
    language = models.CharField(max_length=16, default=source_language)
    declined = models.JSONField(default=list)

    class Meta:
        ordering = ["user"]
        default_permissions = []

    def __str__(self) -> str:
        return self.language
