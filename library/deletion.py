"""Says, before something with a code is deleted, which codes readers see and which texts name them.

After it, whoever deleted them is asked why.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.admin.utils import NestedObjects
from django.core.exceptions import ValidationError
from django.db import router, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string

from editing.merge_admin import MergingAdmin
from history.admin import form_address
from library.citing_texts import records_naming
from library.codes import Coded
from library.models import RegisteredCode
from library.registry_admin import ask_for_reasons, sorted_codes

if TYPE_CHECKING:  # what the mixin calls with super()
    _Base = MergingAdmin
else:
    _Base = object


class CitingText(NamedTuple):
    """A text that names a code: the kind of its record, its label, the address of its form."""

    kind: str
    label: str
    address: str


class Deletion:
    """What goes with some stored records of one model."""

    def __init__(self, records: Sequence[Model]) -> None:
        self.going: Mapping[type[Model], Collection[Any]] = {}
        if records:
            collector = NestedObjects(using=router.db_for_write(type(records[0])))
            collector.collect(records)
            self.going = collector.data

    def public_codes(self) -> list[RegisteredCode]:
        """Return the codes that readers see now and would not see any more."""
        records = [record for rows in self.going.values() for record in rows]
        codes = [record.code for record in records if isinstance(record, Coded)]
        public = RegisteredCode.objects.filter(published_at__isnull=False, withdrawn_at=None)
        return list(public.filter(code__among=codes)) if codes else []

    def citing(self, codes: Collection[str]) -> list[CitingText]:
        """Return the texts that stay and name any of some codes."""
        return [
            CitingText(str(record._meta.verbose_name), str(record), form_address(record))
            for record in records_naming(codes)
            if record not in self.going.get(type(record), ())
        ]


class CodedDeletionMixin(_Base):
    """Mixin for the admin of records with a code: deleting says what it takes, and asks why."""

    delete_confirmation_template = "library/delete_coded.html"
    delete_selected_confirmation_template = "library/delete_selected_coded.html"

    def deletion_context(self, records: Sequence[Model]) -> dict[str, Any]:
        deletion = Deletion(records)
        codes = sorted_codes(deletion.public_codes())
        context = {"public_codes": codes, "citing": deletion.citing(codes)}
        return super().deletion_context(records) | context

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        containers = {row.container for row in Deletion([obj]).public_codes()}
        super().delete_model(request, obj)
        transaction.on_commit(lambda: ask_for_reasons(request, containers))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        containers = {row.container for row in Deletion(list(queryset)).public_codes()}
        super().delete_queryset(request, queryset)
        transaction.on_commit(lambda: ask_for_reasons(request, containers))


def confirm_deletion(records: Sequence[Model], name: str, confirmed: str) -> None:
    """Raise ValidationError where texts that stay name what is deleted, until that is confirmed.

    The message has a check box with this `name`; `confirmed` is its value in the form.
    """
    deletion = Deletion(records)
    codes = sorted_codes(deletion.public_codes())
    value, citing = ", ".join(codes), deletion.citing(codes)
    if citing and confirmed != value:
        context = {"citing": citing, "name": name, "value": value}
        raise ValidationError(render_to_string("library/deletes_cited.html", context))
