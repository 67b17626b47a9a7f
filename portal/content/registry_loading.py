"""Bring the registry up to date with library/registry.json, after a load of the content."""

from collections.abc import Collection
from typing import Any, cast

from django.apps import apps

from history.content_version import bump_version
from history.recording import record_state
from library.fingerprints import fingerprint_language
from library.models import ContentModel, PageAddress, PublicWording, RegisteredCode
from portal.content.files import ContentError, FileDifference, RecordProblem
from portal.content.loaded import LoadedRecords, RecordKey, digest, has_code
from portal.content.registry_file import (
    CODE,
    REGISTRY,
    Fields,
    Registry,
    reason_fields,
    successor_faults,
)


class RegistryMerge:
    """Writes the codes, wordings and addresses of the file that the registry lacks.

    `former_codes` are the codes that were given before this load: their dates stay.
    """

    def __init__(self, registry: Registry, former_codes: Collection[str], overwrite: bool) -> None:
        self.registry, self.former_codes, self.overwrite = registry, former_codes, overwrite
        self.rows = {row.code: row for row in RegisteredCode.objects.all()}
        self.loaded = LoadedRecords()
        self.changes: list[FileDifference] = []
        self.edited: list[FileDifference] = []
        self.problems: list[RecordProblem] = []

    def run(self) -> None:
        """Write all; raises ContentError with the problems, for which nothing may stay written."""
        for code, entry in self.registry.codes.items():
            self.find_or_add(code, entry)
        present = {}
        for code, entry in self.registry.codes.items():
            if not self.problems:
                row = self.rows[code]
                present[RecordKey(CODE, row.pk)] = ((code,), self.merge_reason(row, entry))
                self.add_wordings(row, entry)
        for fields in self.registry.addresses:
            self.add_address(fields)
        by_key = {row.pk: row.code for row in self.rows.values()}
        self.problems += successor_faults(
            {row.code: by_key.get(row.successor_id or 0) for row in self.rows.values()}
        )
        if self.problems:
            raise ContentError(self.problems)
        self.loaded.write(present, {CODE})
        if self.changes:
            bump_version()

    def find_or_add(self, code: str, entry: Fields) -> None:
        """Find the row of a code, or add it; a row of this load gets the dates of the file."""
        row = self.rows.get(code)
        if row is None:
            # The record is gone: no record has the primary key 0.
            row = RegisteredCode(code=code, model=entry["model"], record=0)
            row.container = entry["container"]
            self.change(code, "is new")
        elif row.model != entry["model"]:
            self.problem(code, f"the code stands for a record of {row.model} here.")
            return
        if code not in self.former_codes:
            row.published_at = entry.get("published_at") or row.published_at
            row.withdrawn_at = entry.get("withdrawn_at")
            row.save()
        self.rows[code] = row

    def merge_reason(self, row: RegisteredCode, entry: Fields) -> dict[str, str]:
        """Write the reason and the successor where nobody edited them; return their digests."""
        successor = entry.get("successor")
        target = self.rows.get(successor) if successor else None
        if successor and target is None:
            self.problem(row.code, f"there is no code {successor}.")
            return {}
        wanted: dict[str, Any] = {name: entry.get(name) or "" for name in reason_fields()}
        wanted["successor_id"] = target.pk if target else None
        stored, new = record_state(row), record_state(RegisteredCode())
        last = self.loaded.digests(RecordKey(CODE, row.pk))
        digests: dict[str, str] = {}
        for column, value in wanted.items():
            former = last.get(column, digest(new[column]))
            if stored[column] == value or self.overwrite or former == digest(stored[column]):
                digests[column] = digest(value)
                setattr(row, column, value)
            else:
                digests[column] = former
                name = column.removesuffix("_id")
                difference = f"{name} stays as it was edited."
                self.edited.append(FileDifference(REGISTRY, row.code, difference))
        if record_state(row) != stored:
            row.save()
            self.change(row.code, "changes the reason or the successor")
        return digests

    def add_wordings(self, row: RegisteredCode, entry: Fields) -> None:
        """Add the former wordings that a code lacks, and withhold those that the file withholds."""
        stored = {wording.fingerprint: wording for wording in row.wordings.exclude(until=None)}
        for fields in entry.get("wordings", []):
            wording = stored.get(fields["fingerprint"])
            if wording is None:
                PublicWording.objects.create(code=row, **fields)
                self.change(row.code, f"has the former wording {fields['fingerprint']}")
            elif fields.get("withheld_at") and not wording.withheld_at:
                wording.text, wording.withheld_at = "", fields["withheld_at"]
                wording.save()
                self.change(row.code, f"withholds the wording {wording.fingerprint}")
        if row.code not in self.former_codes:
            self.begin_present_wordings(row, entry)

    def begin_present_wordings(self, row: RegisteredCode, entry: Fields) -> None:
        """Let the wordings that readers see now begin where the last former one ended."""
        for wording in row.wordings.filter(until=None):
            ends = [
                fields["until"]
                for fields in entry.get("wordings", [])
                if fingerprint_language(fields["fingerprint"]) == wording.language
            ]
            wording.since = max([*ends, row.published_at or wording.since])
            wording.save(update_fields=["since"])

    def add_address(self, fields: Fields) -> None:
        """Add a former address that is not known yet."""
        known = PageAddress.objects.filter(page=fields["page"], key=fields["key"]).first()
        row = record_named(fields)
        if known is None:
            record = row.pk if row else 0
            PageAddress.objects.create(**fields | {"record": record})
            self.change(fields["key"], "is a former address")
        elif known.model != fields["model"] or (row is not None and known.record != row.pk):
            self.problem(fields["key"], f"the address is that of “{known.label}” here.")

    def change(self, record: str, difference: str) -> None:
        """Add a change to the results."""
        self.changes.append(FileDifference(REGISTRY, record, difference))

    def problem(self, record: str, reason: str) -> None:
        """Add a problem."""
        self.problems.append(RecordProblem(REGISTRY, record, reason))


def record_named(fields: Fields) -> ContentModel | None:
    """Return the stored record that an address leads to, None where it is gone."""
    if not fields.get("record"):
        return None
    model = cast("type[ContentModel]", apps.get_model(fields["model"]))
    manager: Any = model._default_manager
    try:
        if has_code(model):
            return cast("ContentModel | None", manager.filter(code=fields["record"][0]).first())
        return cast("ContentModel", manager.get_by_natural_key(*fields["record"]))
    except (model.DoesNotExist, TypeError, ValueError):
        return None
