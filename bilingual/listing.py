"""What lists of the admin have in common: filters by one column, and records nobody edits there."""

from django.contrib import admin


class ColumnFilter(admin.SimpleListFilter):
    """Filters a list by the value of its column `parameter_name`."""

    def queryset(self, request, rows):
        return rows.filter(**{self.parameter_name: self.value()}) if self.value() else rows


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
