"""What translators are told about a unit, by the rooms that know it."""

registered = []


def register(function):
    """Let a function tell of units: it returns a list of sentences for each Unit of a list."""
    if function not in registered:
        registered.append(function)
    return function


def notes(units):
    """Return the notes on each of some units."""
    told = [[] for _unit in units]
    for function in registered:
        for before, more in zip(told, function(units), strict=True):
            before += more
    return told
