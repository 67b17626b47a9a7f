"""Measures the time that the index adds to the saving of a record, with the portal's content."""

from contextlib import contextmanager
from itertools import chain
from statistics import median
from time import perf_counter

from django.core.management import call_command

from goals.models import Objective
from search.entries import indexes
from search.indexing import RECEIVERS, register

SAVE_COUNT = 200
WARM_UP_COUNT = 20


def measure_saving():
    """Return the median ms that saving an objective takes: with the index, without, the difference.

    A word of another objective is added to each text; the entry mostly did not have it before. Both
    ways take turns, since the speed of a machine varies with time.
    """
    call_command("load_content", verbosity=0)
    objectives = Objective.objects.order_by("pk").values_list("pk", "text_ar", "text_en")
    pks, *texts = map(list, zip(*objectives, strict=True))
    word_pairs = list(
        zip(*(chain.from_iterable(map(str.split, text)) for text in texts), strict=False)
    )
    pairs = []
    for number in range(WARM_UP_COUNT + SAVE_COUNT):
        pk = pks[number % len(pks)]
        indexed = measure_save(pk, word_pairs[2 * number])
        with index_disconnected():
            unindexed = measure_save(pk, word_pairs[2 * number + 1])
        pairs.append((indexed, unindexed))
    call_command("flush", verbosity=0, interactive=False)
    measured = pairs[WARM_UP_COUNT:]
    return {
        "indexed": median(indexed for indexed, _unindexed in measured),
        "not indexed": median(unindexed for _indexed, unindexed in measured),
        "added": median(indexed - unindexed for indexed, unindexed in measured),
    }


def measure_save(pk, words):
    """Add a word to each text of an objective; return the ms that saving it takes."""
    objective = Objective.objects.get(pk=pk)
    objective.text_ar += f" {words[0]}"
    objective.text_en += f" {words[1]}"
    start = perf_counter()
    objective.save()
    return 1000 * (perf_counter() - start)


@contextmanager
def index_disconnected():
    """Disconnect the index from the model Objective during the block."""
    index = indexes[Objective._meta.label_lower]
    for signal in RECEIVERS:
        signal.disconnect(sender=Objective, dispatch_uid=f"search {Objective._meta.label}")
    try:
        yield
    finally:
        register(index)
