"""What the index adds to the saving of a record, with the portal's own content."""

from contextlib import contextmanager
from statistics import median
from time import perf_counter

from django.core.management import call_command

from goals.models import Objective
from search.entries import sources
from search.indexing import RECEIVERS, register

SAVES = 100


def cost_of_saving():
    """Return the median ms of saving an objective whose text has changed: indexed, and not."""
    call_command("load_content", verbosity=0)
    indexed = saving("measured")
    with receivers_disconnected():
        plain = saving("alone")
    call_command("flush", verbosity=0, interactive=False)
    return {"indexed": indexed, "not indexed": plain}


def saving(word):
    times = []
    for number in range(SAVES):
        objectives = Objective.objects.order_by("pk")
        objective = objectives[number % objectives.count()]
        objective.text_ar += f" {word}"
        objective.text_en += f" {word}"
        start = perf_counter()
        objective.save()
        times.append(1000 * (perf_counter() - start))
    return median(times)


@contextmanager
def receivers_disconnected():
    source = sources[Objective._meta.label_lower]
    for signal in RECEIVERS:
        signal.disconnect(sender=Objective, dispatch_uid=f"search {Objective._meta.label}")
    try:
        yield
    finally:
        register(source)
