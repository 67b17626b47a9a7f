"""What lists of the admin have in common: filters by one column, and records nobody edits there."""

from django.contrib import admin

from history.actors import shown_name


class ColumnFilter(admin.SimpleListFilter):
    """Filters a list by the value of its column `parameter_name`."""

    def queryset(self, request, rows):
        return rows.filter(**{self.parameter_name: self.value()}) if self.value() else rows


class NameFilter(ColumnFilter):
    """Filters a list by a column that names people."""

    def lookups(self, request, model_admin):
        column = self.parameter_name
        rows = model_admin.get_queryset(request).exclude(**{column: ""}).order_by(column)
        return [(name, shown_name(name)) for name in rows.values_list(column, flat=True).distinct()]


def name_column(column, description):
    """Return a column of a list that names people."""

    @admin.display(description=description, ordering=column)
    def shown(self, row):
        return shown_name(getattr(row, column)) or "–"

    return shown


class Kept:
    """Mixed into an admin whose records come and go by other roads."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnly(Kept):
    """Mixed into an admin that shows records only."""

    def has_change_permission(self, request, obj=None):
        return False
