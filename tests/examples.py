"""How many random examples a test tries: a third of them, and all of them before a release."""

import os


def examples(number):
    """Return how many of a number of examples are tried; all with EXAMPLES=all."""
    return number if os.environ.get("EXAMPLES") == "all" else max(5, number // 3)
