"""The admin of the registry: what became of each code, why, and which wordings are withheld."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Field, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from editing.admin_pages import ask_first
from languages.languages import direction, language_codes
from library.codes import sort_key
from library.models import PublicWording, RegisteredCode
from library.models.registry import CodeState
from library.registry import withhold

# How long ago something was withdrawn, at most, for somebody to be asked for the reason.
JUST_NOW = timedelta(minutes=1)
UNEXPLAINED = "unexplained"  # a value of the filter by state
WITHOUT_REASON = f"state={UNEXPLAINED}"
STATES = {
    CodeState.UNPUBLISHED: {"published_at": None},
    CodeState.CURRENT: {"published_at__isnull": False, "withdrawn_at": None},
    CodeState.SUPERSEDED: {"withdrawn_at__isnull": False, "successor__isnull": False},
    CodeState.WITHDRAWN: {"withdrawn_at__isnull": False, "successor": None},
}


if TYPE_CHECKING:
    _Form = forms.ModelForm[RegisteredCode]
    _Inline = admin.TabularInline[PublicWording, RegisteredCode]
    _WordingAdmin = admin.ModelAdmin[PublicWording]
else:
    _Form, _Inline, _WordingAdmin = forms.ModelForm, admin.TabularInline, admin.ModelAdmin


def ask_for_reasons(request: HttpRequest, containers: Collection[str]) -> None:
    """Show a message with the codes of some pages that were just withdrawn without a reason.

    It leads to the form of the reason, where there is one code, or to the list of them.
    """
    rows = RegisteredCode.objects.filter(
        without_reason(), container__in=containers, withdrawn_at__gte=timezone.now() - JUST_NOW
    )
    codes = sorted_codes(rows)
    if not codes:
        return
    address = f"{reverse('admin:library_registeredcode_changelist')}?{WITHOUT_REASON}"
    if len(codes) == 1:
        address = reverse("admin:library_registeredcode_change", args=[rows[0].pk])
    text = _("Withdrawn, and readers are told so: %(codes)s. They should also read why:")
    message = format_html(
        '{} <a href="{}">{}</a>',
        text % {"codes": ", ".join(codes)},
        address,
        _("give the reason"),
    )
    messages.warning(request, message)


def without_reason() -> Q:
    """Return the Q of the codes that were withdrawn without a reason in any language."""
    has_none = Q(withdrawn_at__isnull=False, successor=None)
    for code in language_codes():
        has_none &= Q(**{f"reason_{code}": ""}) | Q(**{f"reason_{code}": None})
    return has_none


def sorted_codes(rows: Iterable[RegisteredCode]) -> list[str]:
    """Return the codes of some rows in the order of people."""
    return sorted((row.code for row in rows), key=sort_key)


class StateFilter(admin.SimpleListFilter):
    """Filters codes by what became of them."""

    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        states = [(state.value, str(state.label)) for state in CodeState]
        return [*states, (UNEXPLAINED, str(_("withdrawn without a reason")))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == UNEXPLAINED:
            return queryset.filter(without_reason())
        return queryset.filter(**STATES.get(self.value(), {}))  # type: ignore[call-overload]


class RegisteredCodeForm(_Form):
    """The reason and the successor of a code that was withdrawn."""

    def clean_successor(self) -> RegisteredCode | None:
        """Return the successor.

        Raises ValidationError where it was never public, or where successors lead in a circle.
        """
        successor: RegisteredCode | None = self.cleaned_data["successor"]
        if successor is not None and successor.published_at is None:
            message = _("%(code)s was never public: readers would find nothing there.")
            raise ValidationError(message, params={"code": successor})
        following = successor
        while following is not None:
            if following.pk == self.instance.pk:
                message = _("%(code)s leads back to %(own)s: successors cannot go in a circle.")
                values = {"code": successor, "own": self.instance}
                raise ValidationError(message, params=values)
            following = following.successor
        return successor


WORDING_COLUMNS = ("language", "text", "fingerprint", "since", "until", "withheld_at")


class PublicWordingInline(_Inline):
    """The wordings that were public under a code."""

    model = PublicWording
    fields = readonly_fields = WORDING_COLUMNS
    extra = max_num = 0
    can_delete = False


@admin.register(RegisteredCode)
class RegisteredCodeAdmin(TranslationAdmin):
    """Codes are added by the portal and never deleted; people give reasons and successors."""

    form = RegisteredCodeForm
    list_display = ["code", "state_label", "published_at", "withdrawn_at", "successor"]
    list_filter = [StateFilter]
    list_select_related = ["successor"]
    search_fields = ["code", *(f"reason_{code}" for code in language_codes())]
    autocomplete_fields = ["successor"]
    fields = [
        ("code", "state_label"),
        ("given_at", "published_at", "withdrawn_at"),
        "reason",
        "successor",
    ]
    readonly_fields = ["code", "state_label", "given_at", "published_at", "withdrawn_at"]
    inlines = [PublicWordingInline]

    @admin.display(description=_("state"))
    def state_label(self, row: RegisteredCode) -> str:
        return str(row.state.label)

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        language = getattr(db_field, "language", "")
        if field is not None and language:
            field.widget.attrs |= {"lang": language, "dir": direction(language), "rows": 4}
        return field

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: RegisteredCode | None = None
    ) -> bool:
        return False


@admin.action(description=_("Never show these wordings again"), permissions=["change"])
def withhold_wordings(
    model_admin: "PublicWordingAdmin", request: HttpRequest, wordings: QuerySet[PublicWording]
) -> HttpResponse | None:
    """Admin action: withhold former wordings; those that readers see now are left out."""
    question = gettext("Shall nobody ever see these wordings again?")
    explanation = gettext("This cannot be undone.")
    name = "withhold_wordings"
    if page := ask_first(model_admin, request, name, question, wordings, explanation):
        return page
    count = withhold(wordings)
    text = ngettext("%(count)d wording is withheld.", "%(count)d wordings are withheld.", count)
    model_admin.message_user(request, text % {"count": count}, messages.SUCCESS)
    return None


@admin.register(PublicWording)
class PublicWordingAdmin(_WordingAdmin):
    """Former wordings, which can be withheld."""

    actions = [withhold_wordings]
    list_display = ["code", "language", "fingerprint", "since", "until", "withheld_at"]
    list_filter = ["language", ("until", admin.EmptyFieldListFilter)]
    list_select_related = ["code"]
    search_fields = ["code__code", "fingerprint"]
    fields = readonly_fields = ("code", *WORDING_COLUMNS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PublicWording | None = None) -> bool:
        return False
