"""The steps from closed lines to statements, in the admin: the plan, new pages, confirming."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editing.admin_pages import admin_page
from editing.models import PUBLISH
from ingest.forms import UploadForm
from ingest.making import Made, confirm, make
from ingest.models import BoilerplateReason, LineUse, MadeStatements, PlannedLine
from ingest.places import existing_pages, place_choices
from ingest.plan_forms import json_values, new_pages, sent_plans
from ingest.planning import (
    SentPlan,
    add_use,
    plan_of,
    propose_translation,
    remove_use,
    save_plan,
)
from ingest.readers.docx import Changes
from ingest.readers.process import read_document
from ingest.readers.results import MAX_BYTES, ReadError
from ingest.taking_back import undo
from languages.languages import other_languages, source_language
from library.models import Container, Document, Statement

LINES_PER_PAGE = 40
MAX_SHOWN = 10  # texts that found no line, in the message about them


class ShownLine(NamedTuple):
    """A planned use of a line as the form has it.

    `code` is that of the existing page to which it belongs, `record` what is made of it, `typed`
    what a person sent that was not stored. `is_first` is false for a further use of a line.
    """

    row: PlannedLine
    code: str
    record: Model | None
    problems: list[str]
    typed: SentPlan | None
    is_first: bool


class StatementSteps:
    """The views of an admin by which lines of a document become statements."""

    def __init__(self, model_admin: ModelAdmin[Any]) -> None:
        self.model_admin = model_admin

    def urls(self) -> list[URLPattern]:
        """Return the URL patterns of the steps."""
        steps: list[tuple[str, str, Callable[..., HttpResponse]]] = [
            ("statements", "statements/<int:pk>/", self.plan_view),
            ("make", "statements/<int:pk>/make/", self.make_view),
            ("undo", "statements/<int:pk>/undo/<int:made>/", self.undo_view),
        ]
        wrap = self.model_admin.admin_site.admin_view
        return [path(route, wrap(view), name=f"ingest_{name}") for name, route, view in steps]

    def find(self, request: HttpRequest, pk: int) -> Document:
        """Return a document. Raises Http404 and PermissionDenied."""
        if not self.model_admin.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(Document, pk=pk)

    def plan_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the lines with what they become, and store what people decide."""
        document = self.find(request, pk)
        conflicts: dict[int, SentPlan] = {}
        is_pairing = request.method == "POST" and "pair" in request.POST
        form = UploadForm(*(request.POST, request.FILES) if is_pairing else ())
        if is_pairing and form.is_valid() and self.pair(request, document, form):
            return redirect(request.get_full_path())
        if request.method == "POST" and not is_pairing:
            conflicts = {line.pk: line for line in save_plan(document, sent_plans(request.POST))}
            if not conflicts:
                changed = self.change_uses(request, document)
                return redirect(self.next_address(request, document, changed))
        rows = plan_of(document)
        made = make(document, rows)
        shown = Paginator(rows, LINES_PER_PAGE).get_page(request.GET.get("page", "1"))
        pages = dict(existing_pages())
        return admin_page(
            self.model_admin,
            request,
            "ingest/statements.html",
            _("Statements of the lines of %(document)s") % {"document": document},
            document=document,
            shown=shown,
            lines=shown_lines(shown.object_list, rows, made, pages, conflicts),
            form=form,
            problems=len(made.problems),
            places=place_choices(),
            pages=pages.values(),
            uses=LineUse,
            reasons=BoilerplateReason,
            other=other_languages(source_language())[0],
            unconfirmed=sum(
                bool(row.translation) and not row.is_translation_confirmed for row in rows
            ),
            made=[
                (stored, made_pages(stored))
                for stored in MadeStatements.objects.filter(document=document)
            ],
        )

    # Of a request (portal.request_limits). mypy knows no attributes of functions.
    plan_view.max_request_bytes = MAX_BYTES + 1_000_000  # type: ignore[attr-defined]

    def pair(self, request: HttpRequest, document: Document, form: UploadForm) -> bool:
        """Pair the text that a form has with the lines; return False where it cannot be read."""
        data, _name = form.content()
        try:
            read = read_document(data, Changes(form.cleaned_data["changes"]), is_translation=True)
        except ReadError as error:
            form.add_error(None, str(error))
            return False
        lines = [line.text.strip() for line in read.lines if line.text.strip()]
        paired = propose_translation(document, lines)
        text = ngettext("%(count)d line was paired.", "%(count)d lines were paired.", paired.lines)
        messages.success(request, text % {"count": paired.lines})
        if paired.left:
            text = ngettext(
                "%(count)d line of the other text found no place: %(lines)s",
                "%(count)d lines of the other text found no place: %(lines)s",
                len(paired.left),
            )
            lines = paired.left[:MAX_SHOWN] + ["…"] * (len(paired.left) > MAX_SHOWN)
            values = {"count": len(paired.left), "lines": " · ".join(lines)}
            messages.warning(request, text % values)
        return True

    def change_uses(self, request: HttpRequest, document: Document) -> PlannedLine | None:
        """Use a line once more, or take such a use away; return the row of the button, if any."""
        for name, change in (("again", add_use), ("drop", remove_use)):
            key = request.POST.get(name, "")
            if key.isdecimal() and key.isascii():
                row = PlannedLine.objects.filter(line__document=document, pk=int(key)).first()
                if row is not None:
                    change(row)
                    return row
        return None

    def next_address(
        self, request: HttpRequest, document: Document, changed: PlannedLine | None
    ) -> str:
        """Return the address after the plan was stored: that of the button, or the changed line."""
        if "make" in request.POST:
            return reverse("admin:ingest_make", args=[document.pk])
        number = request.POST.get("next") or request.GET.get("page", "1")
        address = reverse("admin:ingest_statements", args=[document.pk])
        if number.isdecimal() and number.isascii():
            address = f"{address}?page={number}"
        return f"{address}#number-{changed.line.number}" if changed else address

    def make_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the other fields of new pages, show what is made, and make it."""
        document = self.find(request, pk)
        rows = {row.pk: row for row in plan_of(document)}
        made = make(document, rows.values())
        pages = new_pages(made, rows, request.POST if request.method == "POST" else None)
        if request.method == "POST" and all(form.is_valid() for _row, form in pages):
            for row, form in pages:
                row.values = json_values(form.cleaned_data)
                PlannedLine.objects.filter(pk=row.pk).update(values=row.values)
            if "save" in request.POST:
                return redirect(request.get_full_path())
            self.check_may_make(request, made)
            try:
                check_may_add(request, made)
                stored = confirm(document)
            except ValidationError as error:
                for sentence in error.messages:
                    messages.error(request, sentence)
                return redirect(request.get_full_path())
            return self.made(request, stored)
        return admin_page(
            self.model_admin,
            request,
            "ingest/make.html",
            _("Make the statements of %(document)s") % {"document": document},
            document=document,
            pages=pages,
            records=list(made.by_line.values()),
            public_pages=public_pages(made),
            problems=[
                (rows[key].line, sentence)
                for key, sentences in made.problems.items()
                for sentence in sentences
            ],
        )

    def check_may_make(self, request: HttpRequest, made: Made) -> None:
        """Raise PermissionDenied where a person may not add one of the records by a form."""
        for record in made.records:
            action = "change" if record.pk else "add"
            if record._meta.model_name == "line":
                continue
            name = f"{record._meta.app_label}.{action}_{record._meta.model_name}"
            if not request.user.has_perm(name):
                raise PermissionDenied

    def made(self, request: HttpRequest, stored: MadeStatements) -> HttpResponse:
        """Say what was made, and lead back to the document's lines with the links to new pages."""
        count = stored.revision.changes.count()
        text = ngettext("%(count)d record was made.", "%(count)d records were made.", count)
        messages.success(request, text % {"count": count})
        return redirect("admin:ingest_statements", stored.document_id)

    def undo_view(self, request: HttpRequest, pk: int, made: int) -> HttpResponse:
        """Take back what was made of a document, after a question."""
        document = self.find(request, pk)
        stored = MadeStatements.objects.filter(pk=made, document=document).first()
        if stored is None:
            raise Http404
        if request.method == "POST":
            try:
                count = undo(stored)
            except ValidationError as error:
                for sentence in error.messages:
                    messages.error(request, sentence)
            else:
                text = ngettext(
                    "%(count)d record was taken back.", "%(count)d records were taken back.", count
                )
                messages.success(request, text % {"count": count})
            return redirect("admin:ingest_statements", document.pk)
        changes = stored.revision.changes.order_by("pk")
        return admin_page(
            self.model_admin,
            request,
            "ingest/undo.html",
            _("Take back the statements of %(document)s") % {"document": document},
            document=document,
            changes=changes,
        )


def made_pages(stored: MadeStatements) -> list[tuple[str, str]]:
    """Return the labels and the addresses of the forms of the pages that a plan has made."""
    return [
        (
            change.label,
            reverse(f"admin:{change.model.replace('.', '_')}_change", args=[change.record]),
        )
        for change in stored.revision.changes.order_by("pk")
        if issubclass(apps.get_model(change.model), Container)
    ]


def shown_lines(
    shown: Iterable[PlannedLine],
    rows: Sequence[PlannedLine],
    made: Made,
    pages: Mapping[str, Container],
    conflicts: Mapping[int, SentPlan],
) -> list[ShownLine]:
    """Return the uses of lines that a page of the form shows, of all `rows` of the plan."""
    first = {row.line_id: row.pk for row in reversed(rows)}
    new = {value for value, _label in place_choices()}
    return [
        ShownLine(
            row,
            pages[row.place].code if row.place in pages else row.place * (row.place not in new),
            made.by_line.get(row.pk),
            made.problems.get(row.pk, []),
            conflicts.get(row.pk),
            first[row.line_id] == row.pk,
        )
        for row in shown
    ]


def public_pages(made: Made) -> list[Container]:
    """Return the pages that readers see already and to which a plan adds statements."""
    pages: list[Container] = []
    for record in made.by_line.values():
        page = getattr(record, record.container_field) if isinstance(record, Statement) else None
        if page and page.pk and page.is_published and page not in pages:
            pages.append(page)
    return pages


def check_may_add(request: HttpRequest, made: Made) -> None:
    """Raise ValidationError where a plan adds to what readers see, and a person may not publish."""
    for page in public_pages(made):
        if not request.user.has_perm(PUBLISH):
            text = _(
                "Readers see “%(page)s” already: only a publisher may add to it. "
                "Choose a new page, or ask a publisher to make the statements."
            )
            raise ValidationError(text % {"page": page})
