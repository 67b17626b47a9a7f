"""Filters and columns for change lists of the admin, and mixins that forbid adding or editing."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from history.actors import shown_name

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise  # a name of django-stubs

type AnyModelAdmin = admin.ModelAdmin[Any]


class ColumnFilter(admin.SimpleListFilter):
    """Filters a list by the value of its column `parameter_name`."""

    parameter_name: str

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        return queryset.filter(**{self.parameter_name: self.value()})


class NameFilter(ColumnFilter):
    """Filters a list by a column with names of people."""

    def lookups(self, request: HttpRequest, model_admin: AnyModelAdmin) -> list[tuple[str, str]]:
        column = self.parameter_name
        rows = model_admin.get_queryset(request).exclude(**{column: ""}).order_by(column)
        names = rows.values_list(column, flat=True).distinct()
        return [(name, shown_name(name)) for name in names]


def name_column(column: str, description: "_StrOrPromise") -> Callable[[Any, Model], str]:
    """Return a method for `list_display` that shows a column with names of people."""

    @admin.display(description=description, ordering=column)
    def display(self: Any, record: Model) -> str:
        return shown_name(getattr(record, column)) or "–"

    return display


class ChangeOnly:
    """Mixin for an admin in which records are changed, but neither added nor deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnly(ChangeOnly):
    """Mixin for an admin that shows records only."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
