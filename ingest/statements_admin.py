"""The steps from closed lines to statements, in the admin: the plan, new pages, confirming."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Model
from django.forms.models import modelform_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ingest.making import Made, confirm, make, undo
from ingest.models import BoilerplateReason, LineUse, MadeStatements, PlannedLine
from ingest.planning import (
    SentPlan,
    place_choices,
    plan_of,
    propose_translation,
    save_plan,
)
from languages.fields import translated_fields
from languages.languages import language_codes, other_languages, source_language
from library.models import Container, Document

if TYPE_CHECKING:
    from ingest.admin import IncomingDocumentAdmin

LINES_PER_PAGE = 40
MAX_TRANSLATION = 500_000  # characters of a text in the other language
# Fields of a planned line that a form has as text.
TEXTS = (
    "translation",
    "original",
    "reading",
    "correction_reason",
    "correction_reason_translation",
    "note",
    "note_translation",
    "note_url",
)
type AnyForm = forms.ModelForm[Any]
# Of the fields of a page's form, those that follow from the line and its document.
GIVEN = {"code", "title", "line", "document", "is_published", "publish_at"}


class StatementSteps:
    """The views of an admin by which lines of a document become statements."""

    def __init__(self, model_admin: "IncomingDocumentAdmin") -> None:
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
        if request.method == "POST" and "pair" in request.POST:
            paired = propose_translation(document, request.POST["text"][:MAX_TRANSLATION])
            text = ngettext("%(count)d line was paired.", "%(count)d lines were paired.", paired)
            messages.success(request, text % {"count": paired})
            return redirect(request.get_full_path())
        if request.method == "POST":
            conflicts = {line.pk: line for line in save_plan(document, sent_plans(request.POST))}
            if not conflicts:
                return redirect(self.next_address(request, document))
        rows, made = plan_of(document), make(document)
        shown = Paginator(rows, LINES_PER_PAGE).get_page(request.GET.get("page", "1"))
        lines = [
            (row, made.by_line.get(row.pk), made.problems.get(row.pk, []), conflicts.get(row.pk))
            for row in shown.object_list
        ]
        (other,) = other_languages(source_language())
        return self.model_admin.page(
            request,
            "ingest/statements.html",
            _("Statements of the lines of %(document)s") % {"document": document},
            document=document,
            shown=shown,
            lines=lines,
            problems=len(made.problems),
            places=place_choices(),
            uses=LineUse,
            reasons=BoilerplateReason,
            other=other,
            unconfirmed=sum(
                bool(row.translation) and not row.is_translation_confirmed for row in rows
            ),
            made=[
                (stored, made_pages(stored))
                for stored in MadeStatements.objects.filter(document=document)
            ],
        )

    def next_address(self, request: HttpRequest, document: Document) -> str:
        """Return the address after the plan was stored: that of the button."""
        if "make" in request.POST:
            return reverse("admin:ingest_make", args=[document.pk])
        number = request.POST.get("next") or request.GET.get("page", "1")
        address = reverse("admin:ingest_statements", args=[document.pk])
        return f"{address}?page={number}" if number.isdecimal() and number.isascii() else address

    def make_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the other fields of new pages, show what is made, and make it."""
        document = self.find(request, pk)
        made, rows = make(document), {row.pk: row for row in plan_of(document)}
        pages = new_pages(made, rows, request.POST if request.method == "POST" else None)
        if request.method == "POST" and all(form.is_valid() for _row, form in pages):
            for row, form in pages:
                row.values = json_values(form.cleaned_data)
                PlannedLine.objects.filter(pk=row.pk).update(values=row.values)
            if "save" in request.POST:
                return redirect(request.get_full_path())
            self.check_may_make(request, made)
            try:
                stored = confirm(document)
            except ValidationError as error:
                for sentence in error.messages:
                    messages.error(request, sentence)
                return redirect(request.get_full_path())
            return self.made(request, stored)
        return self.model_admin.page(
            request,
            "ingest/make.html",
            _("Make the statements of %(document)s") % {"document": document},
            document=document,
            pages=pages,
            records=list(made.by_line.values()),
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
        return self.model_admin.page(
            request,
            "ingest/undo.html",
            _("Take back the statements of %(document)s") % {"document": document},
            document=document,
            changes=changes,
        )


def sent_plans(data: Mapping[str, Any]) -> list[SentPlan]:
    """Return the planned lines that a form sends; each has a field with its version."""
    places = {value for value, _label in place_choices()}
    sent = []
    for name in data:
        key, version = name.removeprefix("version-"), data.get(name, "")
        if not (name.startswith("version-") and key.isdecimal() and version.isdecimal()):
            continue

        def value(field: str, key: str = key) -> str:
            return str(data.get(f"{field}-{key}", "")).replace("\x00", "").strip()

        year = value("note_year")
        values: dict[str, Any] = {field: value(field) for field in TEXTS} | {
            "place": value("place") if value("place") in places else "",
            "use": value("use") if value("use") in LineUse.values else LineUse.STATEMENT,
            "reason": value("reason") if value("reason") in BoilerplateReason.values else "",
            "is_translation_confirmed": f"confirmed-{key}" in data
            or ("confirm" in data and bool(value("translation"))),
            "note_year": int(year) if year.isdecimal() and len(year) == 4 else None,
        }
        for field in ("original", "reading", "correction_reason", "correction_reason_translation"):
            values[field] = values[field][:250]
        values["note_url"] = values["note_url"][:500]
        sent.append(SentPlan(int(key), int(version), values))
    return sent


def new_pages(
    made: Made, rows: Mapping[int, PlannedLine], data: Mapping[str, Any] | None
) -> list[tuple[PlannedLine, AnyForm]]:
    """Return the planned line and the form of the other fields of each new page."""
    pages = []
    for key, record in made.by_line.items():
        if not isinstance(record, Container) or record.pk:
            continue
        names = own_fields(type(record))
        form_class = modelform_factory(type(record), fields=names)
        initial = {name: getattr(record, name) for name in names} | rows[key].values
        pages.append((rows[key], form_class(data, initial=initial, prefix=f"page-{key}")))
    return pages


def own_fields(model: type[Model]) -> list[str]:
    """Return the names of the fields of a page that do not follow from its line."""
    model_admin = admin.site.get_model_admin(model)
    translated = translated_fields(model)
    names = [name for name in flatten(model_admin.fields or ()) if name not in GIVEN]
    return [
        column
        for name in names
        for column in (
            [f"{name}_{code}" for code in language_codes()] if name in translated else [name]
        )
    ]


def json_values(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a form as JSON has them."""
    return {
        name: value if isinstance(value, int | str | None) else str(value)
        for name, value in cleaned.items()
        if value not in ("", None)
    }


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
