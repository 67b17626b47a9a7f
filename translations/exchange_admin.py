"""Export and import of exchange files on the translation dashboard.

An uploaded file is planned first. The page shows the plan and carries the packed file, so that a
second request can apply it.
"""

import base64
import binascii
import zlib
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from languages.languages import autonym, language_codes, source_language
from languages.public_origin import public_origin
from translations.exchange.exporting import (
    FILE_EXTENSIONS,
    export,
    rows_to_export,
    section_labels,
)
from translations.exchange.importing import TranslationImportPlan, apply, plan
from translations.exchange.reading import MAX_BYTES, is_xml, read
from translations.exchange.records import FileError
from translations.exchange.validation import CHANGED, CONFIRMED, NEW, REFUSED, UNCHANGED
from translations.models import TranslationState
from translations.units import translated_models

MAX_PACKED_BYTES = 2_000_000  # of the file that a page carries, in Base64
MAX_SHOWN_STEPS = 500  # of a plan on a page
PO_EXTENSIONS, XML_EXTENSIONS = (".po",), (".xlf", ".xliff")

# The mixin calls methods of the admin that it is mixed into.
if TYPE_CHECKING:
    _Base = admin.ModelAdmin[TranslationState]
else:
    _Base = object


class ExchangeAdmin(_Base):
    """The views of exchange files, a mixin of the translation dashboard."""

    exchange_template = "translations/exchange.html"

    def get_urls(self) -> list[URLPattern]:
        name = "translations_translationstate"
        admin_view = self.admin_site.admin_view
        return [
            path("exchange/", admin_view(self.exchange_view), name=f"{name}_exchange"),
            path("exchange/export/", admin_view(self.export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Answer with a file of units, as the query chooses language, section and format."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        query = request.GET
        language, file_format = query.get("language", ""), query.get("form", "")
        section = query.get("section", "")
        is_section_known = section in ("", *section_labels())
        is_known = (
            language in language_codes() and file_format in FILE_EXTENSIONS and is_section_known
        )
        if not is_known:
            self.message_user(request, _("There is no such file."), messages.ERROR)
            return redirect("admin:translations_translationstate_exchange")
        rows = rows_to_export(language, section, needs_work=bool(query.get("needs_work")))
        data = export(rows, language, file_format, public_origin(request))
        name = "-".join(filter(None, ["texts", section, language]))
        file_name = f"{name}.{FILE_EXTENSIONS[file_format]}"
        return HttpResponse(
            data,
            content_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
        )

    def exchange_view(self, request: HttpRequest) -> HttpResponse:
        """Show the form of the export; plan an uploaded file, or apply its plan.

        The plan is applied where the request has its token: the person has seen the same plan.
        """
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self.render_exchange_page(request)
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            data, packed = read_posted_file(request)
            units = read(data)
            check_extension(request, data)
            import_plan = plan(units)
            if request.POST.get("token") == import_plan.token:
                return self.apply_plan(request, import_plan)
        except (FileError, ValidationError) as error:
            problem = " ".join(getattr(error, "messages", [str(error)]))
            return self.render_exchange_page(request, problem=problem)
        is_plan_outdated = "token" in request.POST
        problem = (
            _("Something has changed since you looked. Look again.") if is_plan_outdated else ""
        )
        return self.render_exchange_page(request, import_plan, packed, problem)

    # Of a request (portal.request_limits). mypy knows no attributes of functions.
    exchange_view.max_request_bytes = MAX_BYTES + MAX_PACKED_BYTES  # type: ignore[attr-defined]

    def apply_plan(self, request: HttpRequest, import_plan: TranslationImportPlan) -> HttpResponse:
        """Write a plan as the person of the request, and redirect to the list."""
        count = apply(import_plan, request.user, take_others="take_others" in request.POST)
        message = ngettext("%(count)d text was written.", "%(count)d texts were written.", count)
        self.message_user(request, message % {"count": count}, messages.SUCCESS)
        return redirect("admin:translations_translationstate_changelist")

    def render_exchange_page(
        self,
        request: HttpRequest,
        import_plan: TranslationImportPlan | None = None,
        packed: str = "",
        problem: str = "",
    ) -> HttpResponse:
        """Return the page with the forms of export and import, and with a plan if there is one.

        `packed` is the file of the plan from pack(). `problem` is a sentence.
        """
        kinds = {
            NEW: _("new"),
            CHANGED: _("changed"),
            CONFIRMED: _("confirmed as it is"),
            REFUSED: _("refused"),
            UNCHANGED: _("unchanged"),
        }
        section_names = {
            model._meta.app_label: model._meta.app_config.verbose_name
            for model in translated_models()
        }
        steps = import_plan.steps_of(REFUSED, NEW, CHANGED, CONFIRMED) if import_plan else []
        counts = import_plan.counts if import_plan else {}
        context = {
            **self.admin_site.each_context(request),
            "title": _("Files for translators’ tools"),
            "opts": self.opts,
            "languages": [
                (code, autonym(code)) for code in language_codes() if code != source_language()
            ],
            "sections": [(label, section_names[label]) for label in section_labels()],
            "may_import": self.has_change_permission(request),
            "plan": import_plan,
            "counts": [(kinds[kind], *counts[kind]) for kind in kinds if counts],
            "steps": [(step, kinds[step.kind]) for step in steps[:MAX_SHOWN_STEPS]],
            "left_out": max(0, len(steps) - MAX_SHOWN_STEPS),
            "packed": packed,
            "problem": problem,
        }
        return TemplateResponse(request, self.exchange_template, context)


def pack(data: bytes) -> str:
    """Return the bytes of a file as a hidden field carries them: compressed, in Base64.

    Raises FileError where this has more than MAX_PACKED_BYTES.
    """
    packed = base64.b64encode(zlib.compress(data)).decode()
    if len(packed) > MAX_PACKED_BYTES:
        raise FileError(
            _("The file is too large for this page; import_translations on the server takes it.")
        )
    return packed


def read_posted_file(request: HttpRequest) -> tuple[bytes, str]:
    """Return (bytes of the file, packed file) of an upload, or of the field `carried` of a plan.

    Raises FileError where there is no file, or the field is damaged.
    """
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        data = file.read(MAX_BYTES + 1)
        return data, pack(data)
    packed = request.POST.get("carried", "")
    try:
        data = zlib.decompressobj().decompress(
            base64.b64decode(packed, validate=True), MAX_BYTES + 1
        )
    except (binascii.Error, ValueError, zlib.error) as error:
        raise FileError(_("Please choose a file.")) from error
    if not data:
        raise FileError(_("Please choose a file."))
    return data, packed


def check_extension(request: HttpRequest, data: bytes) -> None:
    """Raise FileError if the name of an upload has another extension than its content has."""
    file = request.FILES.get("file")
    extensions = XML_EXTENSIONS if is_xml(data) else PO_EXTENSIONS
    if isinstance(file, UploadedFile) and not (file.name or "").lower().endswith(extensions):
        raise FileError(_("The name of a PO file ends with .po, that of an XLIFF file with .xlf."))
