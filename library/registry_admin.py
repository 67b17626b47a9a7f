"""The admin of the registry: what became of each code, why, and which wordings are withheld."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Field, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin

from languages.languages import direction, language_codes
from library.models import PublicWording, RegisteredCode
from library.models.registry import CodeState
from library.registry import withhold

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


class StateFilter(admin.SimpleListFilter):
    """Filters codes by what became of them."""

    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in CodeState]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**STATES.get(self.value(), {}))  # type: ignore[call-overload]


class RegisteredCodeForm(_Form):
    """The reason and the successor of a code that was withdrawn."""

    def clean_successor(self) -> RegisteredCode | None:
        """Return the successor. Raises ValidationError where the successors lead in a circle."""
        successor: RegisteredCode | None = self.cleaned_data["successor"]
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
) -> None:
    """Admin action: withhold former wordings; those that readers see now are left out."""
    count = withhold(wordings)
    text = ngettext("%(count)d wording is withheld.", "%(count)d wordings are withheld.", count)
    model_admin.message_user(request, text % {"count": count}, messages.SUCCESS)


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
