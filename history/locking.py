"""Locks of records, always in the same order, so that no two people wait for each other.

A container is locked before its rows, and rows are locked in the order of their keys.
"""

from django.db import models


def lock_record[M: models.Model](model: type[M], pk: int | str | None) -> M | None:
    """Lock a record until the end of the transaction and return it, None where there is none.

    It is ordered by its key: the ordering of many models joins the container, and PostgreSQL would
    lock that too.
    """
    records: models.QuerySet[M] = model._base_manager.select_for_update()
    return records.filter(pk=pk).order_by("pk").first()
