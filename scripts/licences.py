"""Write docs/licences.md: the licences of all packages that the portal and its tests are made of.

They are those that the installed packages name (make licences); tests/test_house.py checks them.
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
HEAD = """# Licences

What each package says of itself, in the release that is locked. `make licences` writes this page,
and a test compares it. The tools of `make audit` run beside the portal and are no part of it.

The portal's own code is under the [MIT licence](../LICENSE). The typeface Noto Naskh Arabic,
which it brings, is under the [SIL Open Font License 1.1](../portal/static/portal/fonts/OFL.txt).
"""
PARTS = {
    "portal": "What a portal runs with",
    "development": "What its tests and developers use beside that",
}
# These say it in their repositories alone.
SAID_ELSEWHERE = {"axe-playwright-python": "MIT", "pyrage": "MIT"}
SHORT = re.compile(r"License :: (?:OSI Approved :: )?(.+)")


def page():
    """Return the text of docs/licences.md."""
    parts, known = [HEAD], set()
    for name, title in PARTS.items():
        locked = pins((ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8"))
        rows = [f"| {package} | {licence(package)} |" for package in locked if package not in known]
        known |= set(locked)
        parts.append("\n".join([f"## {title}\n", "| Package | Licence |", "|---|---|", *rows, ""]))
    return "\n".join(parts)


def pins(text):
    """Return the names of the packages of a locked file that every machine has."""
    found = re.findall(r"^([a-z0-9-]+)==[^ ;\\]+( ;[^\\]*)?", text, re.MULTILINE)
    return [name for name, marker in found if not marker.strip()]


def licence(package):
    try:
        said = metadata(package)
    except PackageNotFoundError:
        return "not installed here"
    classified = [
        match[1] for line in said.get_all("Classifier", []) if (match := SHORT.fullmatch(line))
    ]
    given = said.get("License", "").strip()
    is_short = given and "\n" not in given and len(given) < 60
    own = said.get("License-Expression") or (given if is_short else "; ".join(classified))
    return own or SAID_ELSEWHERE[package]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.exit(0)
