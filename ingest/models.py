"""Files that are being taken in, line by line, until their lines are closed or discarded."""

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from history.models import Revision
from ingest.readers.docx import Changes
from ingest.readers.results import LineKind, Reader
from library.models import Document, Line

KEPT_DAYS = 30  # after which clear_expired discards what nobody has confirmed


class BoilerplateReason(models.TextChoices):
    """Why a line is no content; the reason of the closed line is this text in each language."""

    COVER = "cover", _("A line of the cover that is repeated on it.")
    REPEATED = "repeated", _("A header or footer that is repeated on the pages.")
    NUMBER = "number", _("A page number.")
    CAPTION = "caption", _("A caption or a remnant of a picture.")
    ADDRESS = "address", _("An address or an account name.")
    WEB = "web", _("A remnant of the web page.")
    UNUSED = "unused", _("It says nothing that the portal has a place for.")


class IncomingDocument(models.Model):
    """A file whose lines are checked by people; the file is never public.

    `sha256` is that of the file; a pasted text counts as a file in UTF-8. `notices` are those of
    the reader as JSON has them (ingest/readers/results.py). With the row goes everything of it.
    """

    file_name = models.CharField(_("name of the file"), max_length=150)
    file = models.BinaryField(_("file"))
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, unique=True)
    changes = models.CharField(
        _("tracked changes"), max_length=8, choices=Changes, default=Changes.ACCEPT
    )
    notices = models.JSONField(_("notices"), default=list)
    ends_with_newline = models.BooleanField(_("ends with a line break"), default=False)
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("uploaded by"),
        related_name="incoming_documents",
        null=True,
    )

    class Meta:
        ordering = ["-uploaded_at", "pk"]
        verbose_name = pgettext_lazy("one of them", "document that is being taken in")
        verbose_name_plural = _("documents that are being taken in")

    def __str__(self) -> str:
        return self.file_name


class IncomingPage(models.Model):
    """A page of a PDF: its picture and the text that is recognised in it, once it was read.

    A scanned page has no text of its own. `recognised` is None without text recognition.
    `claimed_at` is when a process began to read it.
    """

    class State(models.TextChoices):
        """How far the reading of the page is."""

        WAITING = "waiting", _("waits to be read")
        READ = "read", _("read")
        FAILED = "failed", _("cannot be drawn")

    document = models.ForeignKey(
        IncomingDocument, models.CASCADE, verbose_name=_("document"), related_name="pages"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    is_scanned = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    picture = models.BinaryField(null=True)  # a PNG file
    recognised = models.TextField(null=True)  # noqa: DJ001  (None is not "")

    class Meta:
        ordering = ["document", "number"]
        verbose_name = _("page of an incoming document")
        verbose_name_plural = _("pages of incoming documents")
        constraints = [
            UniqueConstraint(fields=["document", "number"], name="incoming_page_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.number}"


class IncomingLine(models.Model):
    """A line as a reader proposes it, or as a person has made it.

    A line is settled where it is agreed (two witnesses of a PDF say it alike) or confirmed by a
    person. `version` counts the edits, so that nobody overwrites what they have not seen;
    `has_sure_ends` is that of ReadLine.
    """

    document = models.ForeignKey(
        IncomingDocument, models.CASCADE, verbose_name=_("document"), related_name="lines"
    )
    position = models.PositiveIntegerField(_("position"))  # from 1 on
    text = models.TextField(_("text"), blank=True)
    reader = models.CharField(_("read from"), max_length=8, choices=Reader)
    kind = models.CharField(_("kind"), max_length=12, choices=LineKind, default=LineKind.CONTENT)
    reason = models.CharField(
        _("why it is no content"), max_length=12, choices=BoilerplateReason, blank=True
    )
    page = models.PositiveSmallIntegerField(_("page"), null=True)
    has_sure_ends = models.BooleanField(default=True)
    repairs = models.JSONField(_("repairs"), default=list)
    is_agreed = models.BooleanField(_("agreed by two witnesses"), default=False)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["document", "position", "pk"]
        verbose_name = _("line of an incoming document")
        verbose_name_plural = _("lines of incoming documents")
        indexes = [models.Index(fields=["document", "position"], name="incoming_line_position")]

    def __str__(self) -> str:
        return f"{self.document} {self.position}"

    @property
    def is_settled(self) -> bool:
        """Whether the line needs no person's word any more."""
        return self.is_agreed or self.is_confirmed


class ClosedDocument(models.Model):
    """What is known of the file from which a document was taken in; the file itself is gone."""

    document = models.OneToOneField(
        Document, models.CASCADE, verbose_name=_("document"), related_name="taken_from"
    )
    file_name = models.CharField(_("name of the file"), max_length=150)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, unique=True)
    closed_at = models.DateTimeField(_("closed"), default=timezone.now)

    class Meta:
        ordering = ["-closed_at"]
        verbose_name = _("file that was taken in")
        verbose_name_plural = _("files that were taken in")

    def __str__(self) -> str:
        return self.file_name


class LineUse(models.TextChoices):
    """What becomes of a line of a closed document.

    The kinds of paragraphs concern articles alone; elsewhere these lines are plain statements.
    """

    STATEMENT = "text", _("statement")
    NESTED = "nested", _("statement under the one above")
    HEADING = "heading", _("heading, with what follows under it")
    LEAD = "lead", _("lead")
    QUOTATION = "quotation", _("quotation")
    DATE = "date", _("date line")
    NOTHING = "nothing", _("not used")


class PlannedLine(models.Model):
    """What a person means to make of a line of a closed document; nothing is made before.

    A line may be used several times; its first row has the correction and the note. `place` is ""
    where the line belongs to the same page as the line before, the label of a model ("goals.goal")
    where it is the title of a new page, and label and key ("goals.goal.3") where it is the first
    that is added to an existing one. `values` are those of the other fields of a new page.
    `original` is read as `reading` for a reason. `version` counts the edits, so that nobody
    overwrites what they have not seen.
    """

    line = models.ForeignKey(Line, models.CASCADE, verbose_name=_("line"), related_name="planned")
    place = models.CharField(_("belongs to"), max_length=80, blank=True)
    use = models.CharField(_("is"), max_length=12, choices=LineUse, default=LineUse.STATEMENT)
    reason = models.CharField(
        _("why it is no content"), max_length=12, choices=BoilerplateReason, blank=True
    )
    translation = models.TextField(_("text in the other language"), blank=True)
    is_translation_confirmed = models.BooleanField(_("translation confirmed"), default=False)
    original = models.CharField(_("as in the document"), max_length=250, blank=True)
    reading = models.CharField(_("read as"), max_length=250, blank=True)
    correction_reason = models.CharField(_("reason"), max_length=250, blank=True)
    correction_reason_translation = models.CharField(max_length=250, blank=True)
    note = models.TextField(_("editorial note"), blank=True)
    note_translation = models.TextField(blank=True)
    note_year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    note_url = models.URLField(_("page of the source"), max_length=500, blank=True)
    values = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["line", "pk"]
        verbose_name = _("planned use of a line")
        verbose_name_plural = _("planned uses of lines")

    def __str__(self) -> str:
        return str(self.line)


class MadeStatements(models.Model):
    """A confirmed plan: the revision that made statements of a document's lines."""

    document = models.ForeignKey(
        Document, models.CASCADE, verbose_name=_("document"), related_name="made_statements"
    )
    revision = models.OneToOneField(Revision, models.CASCADE, related_name="made_statements")

    class Meta:
        ordering = ["-revision"]
        verbose_name = _("statements made of lines")
        verbose_name_plural = _("statements made of lines")

    def __str__(self) -> str:
        return f"{self.document} {self.revision}"
