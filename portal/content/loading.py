"""Load the records of the content files into the database: all of them, or none."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.utils import translation
from tqdm import tqdm

from history.recording import recording
from library.models import Document, RegisteredCode
from library.publication import PublicationError
from portal.content.files import (
    ContentError,
    ContentRecord,
    FileDifference,
    RecordProblem,
    read_content,
)
from portal.content.loaded import LOAD_COMMENT, Identity
from portal.content.merging import Merge
from portal.content.registry_file import Registry, read_registry
from portal.content.registry_loading import RegistryMerge
from search.indexing import postponed_indexing

# The records that have no place beside the edits of people, by model and identity.
type LeftOut = set[tuple[str, Identity]]


class LoadResult(NamedTuple):
    """The result of a load.

    `counts` has the numbers of records in the files, by the plural name of their model. `changes`
    are the records that were written or removed, `edited` those of which something stays as people
    made it. `conflicts` are the records that could not be written beside the edits of people.
    """

    counts: Counter[str]
    changes: list[FileDifference]
    edited: list[FileDifference]
    conflicts: list[RecordProblem]


def load(directory: Path, overwrite: bool = False, show_progress: bool = False) -> LoadResult:
    """Load the content files of a directory into the database, and return the result.

    What is new in the files is added, what was taken out of them since the last load is removed.
    What people have edited since then stays, unless `overwrite` is true; records that people have
    added always stay. Raises ContentError with all problems; then nothing is written.
    """
    records = read_content(directory)
    registry = read_registry(directory, records)
    with transaction.atomic(), translation.override("en"):
        former_codes = set(RegisteredCode.objects.values_list("code", flat=True))
        try:
            with recording(comment=LOAD_COMMENT), postponed_indexing():
                result = merge_all(records, registry, overwrite, show_progress)
        except PublicationError as error:
            files = {record.fields.get("code"): record.file for record in records}
            file = files.get(error.record_code, "")
            raise ContentError([RecordProblem(file, error.record_code, error.sentence)]) from error
        merge = RegistryMerge(registry, former_codes, overwrite)
        merge.run()
        result.changes.extend(merge.changes)
        result.edited.extend(merge.edited)
    return result


def merge_all(
    records: Sequence[ContentRecord], registry: Registry, overwrite: bool, show_progress: bool
) -> LoadResult:
    """Merge the records, leaving out those that have no place; raises ContentError."""
    may_leave_out = Document.objects.exists() and not overwrite
    left_out: LeftOut = set()
    conflicts: list[RecordProblem] = []
    while True:
        merge = attempt(Merge(records, overwrite, left_out, registry), show_progress)
        if merge.faults:
            raise ContentError(merge.faults)
        if not merge.problems:
            return LoadResult(merge.counts, merge.changes, merge.edited, conflicts)
        problems = list(merge.problems.values())
        if not conflicts and may_leave_out:
            faults = problems_on_empty_database(records, registry)
            if faults:
                raise ContentError(faults)
        if not may_leave_out or left_out >= set(merge.problems):
            raise ContentError(problems)
        conflicts += problems
        left_out |= set(merge.problems)


def attempt(merge: Merge, show_progress: bool) -> Merge:
    """Merge the records; where that has problems, nothing of it is written."""
    total = sum(len(records) for records in merge.records_by_model.values())
    with transaction.atomic():
        with tqdm(
            total=total, unit=" records", disable=None if show_progress else True
        ) as progress:
            merge.run(progress)
        if merge.problems or merge.faults:
            transaction.set_rollback(True)
    return merge


def problems_on_empty_database(
    records: Sequence[ContentRecord], registry: Registry
) -> list[RecordProblem]:
    """Return the problems that the records have on an empty database, without edits of people.

    The database is emptied for it and rolled back.
    """
    with transaction.atomic():
        for model in reversed(dict.fromkeys(record.model for record in records)):
            model._default_manager.all().delete()
        problems = list(attempt(Merge(records, True, set(), registry), False).problems.values())
        transaction.set_rollback(True)
    return problems
