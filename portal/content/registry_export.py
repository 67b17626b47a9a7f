"""The records of library/registry.json: what the registry has that does not follow from content."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from library.models import PageAddress, PublicWording, RegisteredCode
from library.models.registry import CodeState
from portal.content.loaded import row_identity
from portal.content.registry_file import (
    ADDRESS,
    ADDRESS_FIELDS,
    CODE,
    CODE_FIELDS,
    WORDING_FIELDS,
    Fields,
    reason_fields,
)

# The exported rows of the content by the label of their model and primary key.
type ExportedRows = Mapping[tuple[str, int], Any]


def registry_records(exported: ExportedRows) -> list[Fields]:
    """Return the records of the file, for a content of which these rows are exported."""
    codes = [{"model": CODE, "fields": fields} for fields in code_records(exported)]
    addresses = [{"model": ADDRESS, "fields": fields} for fields in address_records(exported)]
    return [*codes, *addresses]


def code_records(exported: ExportedRows) -> Iterator[Fields]:
    """Yield the fields of each code that has more than follows from its record."""
    former: dict[int, list[Fields]] = {}
    wordings = PublicWording.objects.exclude(until=None)
    for wording in wordings.order_by("language", "since", "until", "fingerprint"):
        fields = values(wording, WORDING_FIELDS)
        if wording.withheld_at:
            del fields["text"]
        former.setdefault(wording.code_id, []).append(fields)
    rows = RegisteredCode.objects.select_related("successor")
    for row in rows.order_by("code"):
        record = exported.get((row.model, row.record))
        has_record = record is not None and record.code == row.code
        reasons = {name: getattr(row, name) or "" for name in reason_fields()}
        follows = has_record and row.state in (CodeState.CURRENT, CodeState.UNPUBLISHED)
        if not follows or any(reasons.values()) or row.successor_id or row.pk in former:
            fields = values(row, CODE_FIELDS)
            fields["successor"] = row.successor.code if row.successor else None
            yield fields | reasons | {"wordings": former.get(row.pk, [])}


def address_records(exported: ExportedRows) -> Iterator[Fields]:
    """Yield the fields of each address that is not that of an exported record.

    A title is left out where a wording of its code is withheld.
    """
    withheld = set(
        PublicWording.objects.exclude(withheld_at=None).values_list("code__code", flat=True)
    )
    for address in PageAddress.objects.order_by("page", "key"):
        row = exported.get((address.model, address.record))
        if row is None or address.until:
            fields = values(address, ADDRESS_FIELDS)
            fields["record"] = list(row_identity(row)) if row else None
            fields["label"] = "" if address.code in withheld else address.label
            yield fields


def values(row: Model, names: list[str]) -> Fields:
    """Return the values of these columns as the file has them."""
    fields = {name: getattr(row, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in fields.items()
    }
