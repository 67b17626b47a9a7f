"""Prints the results of benchmarks/growth.py and compares them with the limits."""

import sys

FIRST_PAGE = "first page after an edit"
SAVE, SAVE_TERM = "save of a statement", "save of a term"
# Of the largest size to the smallest.
MAX_RATIOS = {FIRST_PAGE: 1.5, SAVE: 2, SAVE_TERM: 2}
MAX_PACKED_BYTES = 150_000  # of a page
MAX_MEMORY = 150  # MB (PSS) of the process
SHOWN_PAGES = 12  # the largest ones of each size


def report(result, smallest, limit):
    """Print the results of a size, with their ratios to those of the smallest size."""
    print(f"{'':28}{'ms':>10}{'ratio':>8}{'queries':>9}")
    for name, ms in result["times"].items():
        if ms is None:
            print(f"{name:28}  not done after {limit} s")
            continue
        ratio = ratio_of(ms, smallest["times"][name])
        queries = result["queries"].get(name) or ""
        print(f"{name:28}{ms:10,.1f}{ratio:8.2f}{queries:>9}")
    print(f"memory (PSS): {result['memory']} MB")
    print("the largest pages, in bytes, packed and plain:")
    pages = {path: sizes for path, sizes in result["pages"].items() if sizes}
    for path in sorted(pages, key=lambda path: -pages[path][1])[:SHOWN_PAGES]:
        print(f"{pages[path][1]:12,}{pages[path][0]:12,}  {path}")
    for path in result["pages"].keys() - pages.keys():
        print(f"{'not done':>12}{'':12}  {path}")
    sys.stdout.flush()


def ratio_of(value, smallest):
    """Return how many times the smallest size's value another one is; infinite for None."""
    return value / smallest if value is not None and smallest else float("inf")


def judge(results):
    """Yield a sentence for each limit that is missed."""
    smallest, largest = (list(results.values())[place]["times"] for place in (0, -1))
    for name, most in MAX_RATIOS.items():
        ratio = ratio_of(largest[name], smallest[name])
        if ratio > most:
            yield f"{name}: {ratio:.2f} times that of the smallest size; at most {most}"
    for name, result in results.items():
        for path, sizes in result["pages"].items():
            if sizes is not None and sizes[1] > MAX_PACKED_BYTES:
                yield f"{name}: {path} has {sizes[1]:,} bytes; at most {MAX_PACKED_BYTES:,}"
        if result["memory"] > MAX_MEMORY:
            yield f"{name}: memory of {result['memory']} MB; at most {MAX_MEMORY}"
