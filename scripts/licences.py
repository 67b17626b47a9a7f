"""Write docs/licences.md: the licences of all packages that the portal and its tests use.

`make licences` runs it. The licences come from the metadata of the installed packages;
tests/test_project.py checks that the file is up to date.
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
# Packages whose metadata name no licence; it is in their repositories.
LICENCES_WITHOUT_METADATA = {"axe-playwright-python": "MIT", "pyrage": "MIT"}
CLASSIFIER = re.compile(r"License :: (?:OSI Approved :: )?(.+)")


def page():
    """Return the text of docs/licences.md."""
    parts, listed = [HEAD], set()
    for name, title in PARTS.items():
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        packages = pinned_packages(text)
        rows = [
            f"| {package} | {licence(package)} |" for package in packages if package not in listed
        ]
        listed |= set(packages)
        parts.append("\n".join([f"## {title}\n", "| Package | Licence |", "|---|---|", *rows, ""]))
    return "\n".join(parts)


def pinned_packages(text):
    """Return the names of the packages in a lock file, without those of some systems only."""
    pins = re.findall(r"^([a-z0-9-]+)==[^ ;\\]+( ;[^\\]*)?", text, re.MULTILINE)
    return [name for name, marker in pins if not marker.strip()]


def licence(package):
    """Return the licence of an installed package, as its metadata name it."""
    try:
        fields = metadata(package)
    except PackageNotFoundError:
        return "not installed here"
    classifiers = [
        match[1]
        for line in fields.get_all("Classifier", [])
        if (match := CLASSIFIER.fullmatch(line))
    ]
    text = fields.get("License", "").strip()
    is_name = text and "\n" not in text and len(text) < 60  # some have the whole licence there
    name = fields.get("License-Expression") or (text if is_name else "; ".join(classifiers))
    return name or LICENCES_WITHOUT_METADATA[package]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.exit(0)
