"""Files of translators' tools in the admin: taken away, and brought back after a look at them."""

import base64
import binascii
import zlib

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from languages.languages import autonym, codes, source
from translations.exchange.exporting import ENDINGS, export, rows_to_export, sections
from translations.exchange.importing import apply, plan
from translations.exchange.reading import MAX_BYTES, read
from translations.exchange.records import FileError
from translations.exchange.validation import CHANGED, CONFIRMED, NEW, REFUSED, UNCHANGED
from translations.units import translated_models

MAX_CARRIED_BYTES = 2_000_000  # bytes that a page hands on to the next one
MAX_SHOWN = 500  # texts of a plan on a page


class ExchangeAdmin:
    """Mixed into the translators' desk."""

    exchange_template = "translations/exchange.html"

    def get_urls(self):
        name = "translations_translationstate"
        wrap = self.admin_site.admin_view
        return [
            path("exchange/", wrap(self.exchange_view), name=f"{name}_exchange"),
            path("exchange/export/", wrap(self.export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def export_view(self, request):
        """A file of what the desk has, as it was asked for."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        asked = request.GET
        language, form = asked.get("language"), asked.get("form")
        section = asked.get("section", "")
        known = section in ("", *sections())
        if language not in codes() or form not in ENDINGS or not known:
            self.message_user(request, _("There is no such file."), messages.ERROR)
            return redirect("admin:translations_translationstate_exchange")
        rows = rows_to_export(language, section, needs_work=bool(asked.get("needs_work")))
        data = export(rows, language, form, request.build_absolute_uri("/")[:-1])
        name = "-".join(filter(None, ["texts", section, language]))
        return HttpResponse(
            data,
            content_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="{name}.{ENDINGS[form]}"'},
        )

    def exchange_view(self, request):
        """What can be taken away; and of a file that was brought back, what it would change."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self.exchange_page(request)
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            data, packed = brought(request)
            found = plan(read(data))
            if request.POST.get("token") == found.token:
                return self.take_in(request, found)
        except (FileError, ValidationError) as error:
            problem = " ".join(getattr(error, "messages", [str(error)]))
            return self.exchange_page(request, problem=problem)
        has_moved = "token" in request.POST
        problem = _("Something has changed since you looked. Look again.") if has_moved else ""
        return self.exchange_page(request, found, packed, problem)

    exchange_view.most_bytes = MAX_BYTES + MAX_CARRIED_BYTES  # of a request

    def take_in(self, request, found):
        number = apply(found, request.user, take_others="take_others" in request.POST)
        text = ngettext("%(count)d text was written.", "%(count)d texts were written.", number)
        self.message_user(request, text % {"count": number}, messages.SUCCESS)
        return redirect("admin:translations_translationstate_changelist")

    def exchange_page(self, request, found=None, packed="", problem=""):
        kinds = {
            NEW: _("new"),
            CHANGED: _("changed"),
            CONFIRMED: _("confirmed as it is"),
            REFUSED: _("refused"),
            UNCHANGED: _("unchanged"),
        }
        names = {
            model._meta.app_label: model._meta.app_config.verbose_name
            for model in translated_models()
        }
        shown = found.of(REFUSED, NEW, CHANGED, CONFIRMED) if found else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("Files for translators’ tools"),
            "opts": self.opts,
            "languages": [(code, autonym(code)) for code in codes() if code != source()],
            "sections": [(label, names[label]) for label in sections()],
            "may_bring": self.has_change_permission(request),
            "plan": found,
            "counts": [(kinds[kind], *found.counts[kind]) for kind in kinds] if found else [],
            "steps": [(step, kinds[step.kind]) for step in shown[:MAX_SHOWN]],
            "left_out": max(0, len(shown) - MAX_SHOWN),
            "carried": packed,
            "problem": problem,
        }
        return TemplateResponse(request, self.exchange_template, context)


def packed_for_form(data):
    """Return a file as a form hands it on. Raises FileError where it is too large for that."""
    packed = base64.b64encode(zlib.compress(data)).decode()
    if len(packed) > MAX_CARRIED_BYTES:
        raise FileError(
            _("The file is too large for this page; import_translations on the server takes it.")
        )
    return packed


def brought(request):
    """Return the bytes of a file that was uploaded, or handed on from the page before, and packed.

    Raises FileError where there is none, or a broken one.
    """
    if "file" in request.FILES:
        data = request.FILES["file"].read(MAX_BYTES + 1)
        return data, packed_for_form(data)
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
