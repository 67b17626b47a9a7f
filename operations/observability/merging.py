"""Sums what the processes of a server have counted in the files of one folder."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from operations.observability import processes
from operations.observability.counters import (
    CounterFile,
    FileOfProcess,
    files_of_processes,
    read_counters,
)

logger = logging.getLogger("portal.metrics")

type Totals = dict[str, dict[str, float]]  # kind of metric → key → sum

unreadable: set[Path] = set()  # files of which a warning was logged


def merged_metrics(folder: Path) -> Iterable[Metric]:
    """Return the metrics of all processes that have counted in a folder.

    Files that cannot be read are left out. Where the processes that have ended cannot be merged,
    on a full disk for example, their files are read again next time.
    """
    try:
        with processes.metrics_lock(folder):
            merge_ended(folder)
            totals = sum_files(files_of_processes(folder))
    except OSError:
        totals = sum_files(files_of_processes(folder))
    metrics: dict[str, Metric] = {}
    for kind, values in totals.items():
        for key, value in values.items():
            metric_name, name, labels, help_text = json.loads(key)
            metric = metrics.setdefault(metric_name, Metric(metric_name, help_text, kind))
            metric.add_sample(name, tuple(sorted(labels.items())), value)  # type: ignore[arg-type]
    accumulated: Iterable[Metric] = MultiProcessCollector._accumulate_metrics(metrics, True)
    return accumulated


def sum_files(files: Iterable[FileOfProcess]) -> Totals:
    """Return the sums of the values in files; those that cannot be read are left out."""
    totals: Totals = {}
    for file in files:
        sums = totals.setdefault(file.kind, defaultdict(float))
        for key, value in readable_counters(file.path).items():
            sums[key] += value
    return totals


def readable_counters(path: Path) -> dict[str, float]:
    """Return the values in a file by their keys, none where it is not a whole file of counters."""
    try:
        counters = read_counters(path)
        for key in counters:
            metric_name, name, labels, help_text = json.loads(key)
            if not (metric_name and name and help_text and isinstance(labels, dict)):
                raise ValueError("a key has other parts")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        if path not in unreadable:
            unreadable.add(path)
            logger.warning("A file of metrics is left out: %s", error)
        return {}
    return counters


def merge_ended(folder: Path) -> None:
    """Add the values of processes that have ended into one file of each kind; delete their files.

    Otherwise the number of files would grow with each restart of a worker. Raises OSError where the
    file cannot be written; then nothing is deleted.
    """
    for kind in ("counter", "histogram"):
        files = [file for file in files_of_processes(folder) if file.kind == kind]
        ended = [file for file in files if not processes.is_running(file.pid)]
        merged = folder / f"{kind}_{processes.MERGED_PID}.db"
        if not {file.path for file in ended} - {merged}:
            continue
        new = CounterFile(merged.with_suffix(".new"))
        new.path.unlink(missing_ok=True)
        try:
            for key, value in sum_files(ended).get(kind, {}).items():
                new.write(key, value)
            if not new.positions:
                new.descriptor = new.open_new()  # of files without values
            new.close()
            new.path.replace(merged)
        except OSError:
            new.close()
            with suppress(OSError):
                new.path.unlink()
            raise
        for file in ended:
            if file.path != merged:
                with suppress(OSError):  # a folder of such a name
                    file.path.unlink()
