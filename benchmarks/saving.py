"""What the index adds to the saving of a record, with the portal's own content."""

from contextlib import contextmanager
from itertools import chain
from statistics import median
from time import perf_counter

from django.core.management import call_command

from goals.models import Objective
from search.entries import indexes
from search.indexing import RECEIVERS, register

SAVES = 200
WARM = 20


def cost_of_saving():
    """Return ms of saving an objective whose text has changed: medians with the index, without it.

    A word of another objective is added to each text, which the entry mostly did not have before.
    Both take turns, since a machine is not equally fast all the time; the third figure is the
    median of what the index adds.
    """
    call_command("load_content", verbosity=0)
    objectives = Objective.objects.order_by("pk").values_list("pk", "text_ar", "text_en")
    keys, *texts = map(list, zip(*objectives, strict=True))
    words = list(zip(*(chain.from_iterable(map(str.split, text)) for text in texts), strict=False))
    pairs = []
    for number in range(WARM + SAVES):
        key = keys[number % len(keys)]
        indexed = saving(key, words[2 * number])
        with receivers_disconnected():
            plain = saving(key, words[2 * number + 1])
        pairs.append((indexed, plain))
    call_command("flush", verbosity=0, interactive=False)
    kept = pairs[WARM:]
    return {
        "indexed": median(indexed for indexed, _plain in kept),
        "not indexed": median(plain for _indexed, plain in kept),
        "added": median(indexed - plain for indexed, plain in kept),
    }


def saving(key, words):
    objective = Objective.objects.get(pk=key)
    objective.text_ar += f" {words[0]}"
    objective.text_en += f" {words[1]}"
    start = perf_counter()
    objective.save()
    return 1000 * (perf_counter() - start)


@contextmanager
def receivers_disconnected():
    source = indexes[Objective._meta.label_lower]
    for signal in RECEIVERS:
        signal.disconnect(sender=Objective, dispatch_uid=f"search {Objective._meta.label}")
    try:
        yield
    finally:
        register(source)
