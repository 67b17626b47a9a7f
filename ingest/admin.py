"""Taking in documents in the admin: upload, lines beside their page, closing."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from editing.admin_pages import admin_page
from history.actors import signed_in
from ingest.closing import check_lines, close
from ingest.forms import DocumentForm, UploadForm, sent_lines
from ingest.line_editing import SentLine, join_with_next, save_lines
from ingest.models import BoilerplateReason, IncomingDocument, IncomingPage
from ingest.readers.docx import Changes
from ingest.readers.ocr import is_ocr_available
from ingest.readers.results import MAX_BYTES, LineKind, Notice, NoticeKind, Repair, RepairKind
from ingest.statements_admin import StatementSteps
from ingest.taking_in import take_in

LINES_PER_PAGE = 40  # of a document without pages; of a PDF those of one page are shown

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[IncomingDocument]
else:
    _Admin = admin.ModelAdmin


@admin.register(IncomingDocument)
class IncomingDocumentAdmin(_Admin):
    """The steps of taking in a document; each can be left and resumed."""

    list_display = ["file_name", "uploaded_at", "uploaded_by", "progress"]
    list_select_related = ["uploaded_by"]

    @admin.display(description=gettext_lazy("settled lines"))
    def progress(self, document: Any) -> str:
        return f"{document.settled} / {document.total}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingDocument]:
        settled = Q(lines__is_agreed=True) | Q(lines__is_confirmed=True)
        rows = super().get_queryset(request).defer("file")
        return rows.annotate(total=Count("lines"), settled=Count("lines", filter=settled))

    def get_urls(self) -> list[URLPattern]:
        views = [("lines", self.lines_view), ("close", self.close_view)]
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"ingest_{name}")
            for name, view in views
        ]
        picture = path(
            "<int:pk>/pages/<int:number>.png",
            self.admin_site.admin_view(self.picture_view),
            name="ingest_picture",
        )
        return [*own, picture, *StatementSteps(self).urls(), *super().get_urls()]

    def find(self, request: HttpRequest, pk: int) -> IncomingDocument:
        """Return a document. Raises Http404 and PermissionDenied."""
        document = self.get_object(request, str(pk))
        if document is None:
            raise Http404
        if not self.has_change_permission(request, document):
            raise PermissionDenied
        return document

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take a file or a pasted text, and go on to its lines; bad ones are named in the form."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            data, name = form.content()
            changes = Changes(form.cleaned_data["changes"])
            try:
                document = take_in(data, name, changes, signed_in(request))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                self.log_addition(request, document, "")
                return redirect("admin:ingest_lines", document.pk)
        return admin_page(self, request, "ingest/upload.html", _("Take in a document"), form=form)

    # Of a request (portal.request_limits). mypy knows no attributes of functions.
    add_view.max_request_bytes = MAX_BYTES + 1_000_000  # type: ignore[attr-defined]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the lines, from which all other steps are reached."""
        pk = unquote(object_id)
        if not pk.isdecimal():
            raise Http404
        return self.lines_view(request, int(pk))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Return the documents alone: their lines go with them, and are too many to be listed."""
        return [str(document) for document in objs], {}, set(), []

    def lines_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the lines of a page with its picture, and store what people make of them."""
        document = self.find(request, pk)
        conflicts: list[SentLine] = []
        if request.method == "POST":
            confirms_all = "confirm" in request.POST
            sent = sent_lines(request.POST, confirms_all=confirms_all)
            conflicts = save_lines(document, sent)
            joined = request.POST.get("join", "")
            if not conflicts and joined.isdecimal() and not join_with_next(document, int(joined)):
                messages.warning(request, _("There is no line after it."))
            if not conflicts:
                return redirect(self.next_address(request, document))
        shown = self.shown_lines(document, request.GET.get("page", "1"))
        typed = {line.pk: line for line in conflicts}
        rows = [(line, typed.get(line.pk), repairs(line.repairs)) for line in shown.object_list]
        return admin_page(
            self,
            request,
            "ingest/lines.html",
            _("Lines of %(name)s") % {"name": document},
            document=document,
            shown=shown,
            rows=rows,
            lost=[line for line in conflicts if line.pk not in {row.pk for row, *_x in rows}],
            picture=document.pages.filter(number=shown.number).defer("picture").first(),
            notices=[Notice(NoticeKind(kind), *rest) for kind, *rest in document.notices],
            kinds=LineKind,
            reasons=BoilerplateReason,
            waiting=document.pages.filter(state=IncomingPage.State.WAITING).count(),
            is_ocr_missing=document.pages.exists() and not is_ocr_available(),
            unsettled=document.lines.filter(is_agreed=False, is_confirmed=False).count(),
        )

    def next_address(self, request: HttpRequest, document: IncomingDocument) -> str:
        """Return the address after the lines were stored: that of the button."""
        address = reverse("admin:ingest_lines", args=[document.pk])
        chosen = request.POST.get("next") or request.POST.get("confirm")
        number = chosen or request.GET.get("page", "1")
        anchor = request.POST.get("join", "")
        is_number = number.isdecimal() and number.isascii()
        query = f"?page={number}" if is_number else ""
        return f"{address}{query}#line-{anchor}" if anchor.isdecimal() else f"{address}{query}"

    def shown_lines(self, document: IncomingDocument, number: str) -> Page[Any]:
        """Return the lines of a page: of a page of the PDF, or LINES_PER_PAGE of another file."""
        pages = document.pages.count()
        if not pages:
            return Paginator(document.lines.order_by("position"), LINES_PER_PAGE).get_page(number)
        paginator: Paginator[Any] = Paginator(range(1, pages + 1), 1)
        page = paginator.get_page(number)
        page.object_list = document.lines.filter(page=page.number).order_by("position")
        return page

    def picture_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Answer with the picture of a page, as a PNG file."""
        page = self.find(request, pk).pages.filter(number=number).first()
        if page is None or page.picture is None:
            raise Http404
        return HttpResponse(
            bytes(page.picture),
            content_type="image/png",
            headers={"Cache-Control": "private, max-age=86400"},
        )

    def close_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask what is said about the document, and close its lines."""
        document = self.find(request, pk)
        form = DocumentForm(request.POST or None)
        lines = list(document.lines.order_by("position"))
        problems: list[str] = []
        try:
            check_lines(lines)
        except ValidationError as error:
            problems = error.messages
        if request.method == "POST" and form.is_valid():
            try:
                closed = close(document, form.save(commit=False))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                text = ngettext(
                    "“%(document)s” is closed with %(count)d line.",
                    "“%(document)s” is closed with %(count)d lines.",
                    len(lines),
                )
                values = {"document": closed, "count": len(lines)}
                self.message_user(request, text % values, messages.SUCCESS)
                return redirect("admin:library_document_change", closed.pk)
        title = _("Close the lines of %(name)s") % {"name": document}
        return admin_page(
            self,
            request,
            "ingest/close.html",
            title,
            document=document,
            form=form,
            problems=problems,
        )


def repairs(values: list[list[str]]) -> list[Repair]:
    """Return the repairs of a line from what is stored of them."""
    return [Repair(RepairKind(kind), *words) for kind, *words in values]
