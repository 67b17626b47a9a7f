"""Filters and columns for change lists of the admin, and mixins that forbid adding or editing."""

from django.contrib import admin

from history.actors import shown_name


class ColumnFilter(admin.SimpleListFilter):
    """Filters a list by the value of its column `parameter_name`."""

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(**{self.parameter_name: self.value()})


class NameFilter(ColumnFilter):
    """Filters a list by a column with names of people."""

    def lookups(self, request, model_admin):
        column = self.parameter_name
        rows = model_admin.get_queryset(request).exclude(**{column: ""}).order_by(column)
        names = rows.values_list(column, flat=True).distinct()
        return [(name, shown_name(name)) for name in names]


def name_column(column, description):
    """Return a method for `list_display` that shows a column with names of people."""

    @admin.display(description=description, ordering=column)
    def display(self, record):
        return shown_name(getattr(record, column)) or "–"

    return display


class ChangeOnly:
    """Mixin for an admin in which records are changed, but neither added nor deleted."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnly(ChangeOnly):
    """Mixin for an admin that shows records only."""

    def has_change_permission(self, request, obj=None):
        return False
