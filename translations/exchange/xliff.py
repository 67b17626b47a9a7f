"""XLIFF 1.2 files, the version that translation tools support best.

A unit is a <trans-unit>. Its key is the id, and `extradata` carries its digests.
"""

from collections.abc import Iterable
from itertools import groupby
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent, tostring

from django.utils.translation import gettext as _

from translations.exchange.records import (
    ExportUnit,
    FileError,
    FileUnit,
    parse_digests,
    portable_text,
    unit_digests,
)
from translations.exchange.safe_xml import XmlElement, read_elements
from translations.models import TranslationStatus

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
# The values of the attribute `state` of <target>.
TARGET_STATES: dict[str, str] = {
    TranslationStatus.MISSING: "new",
    TranslationStatus.OUTDATED_MINOR: "needs-review-translation",
    TranslationStatus.OUTDATED: "needs-review-translation",
    TranslationStatus.UNREVIEWED: "translated",
    TranslationStatus.REVIEWED: "final",
}
# Tools cut texts into segments and mark them; no other mark-up is allowed in a text.
SEGMENT_TAG = "mrk"


def write(export_units: Iterable[ExportUnit], language: str) -> bytes:
    """Return an XLIFF file with some units, all into one language.

    It has a <file> for each section and source language.
    """
    root = Element("xliff", {"version": "1.2", "xmlns": NAMESPACE})

    def file_key(export_unit: ExportUnit) -> tuple[str, str]:
        row = export_unit.unit.row
        return row.model.split(".")[0], row.source

    for (section, source_language), file_export_units in groupby(
        sorted(export_units, key=file_key), file_key
    ):
        file = SubElement(
            root,
            "file",
            {
                "original": section,
                "source-language": source_language,
                "target-language": language,
                "datatype": "plaintext",
            },
        )
        body = SubElement(file, "body")
        for export_unit in file_export_units:
            add_trans_unit(body, export_unit)
    indent(ElementTree(root))
    data: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return data + b"\n"


def add_trans_unit(body: Element, export_unit: ExportUnit) -> None:
    """Add the <trans-unit> of a unit to a <body>.

    The digests stand in `extradata`, an attribute that tools pass on.
    """
    unit = export_unit.unit
    attributes = {
        "id": unit.key,
        "resname": portable_text(export_unit.code),
        "xml:space": "preserve",
        "extradata": unit_digests(unit),
    }
    if unit.row.state == TranslationStatus.REVIEWED:
        attributes["approved"] = "yes"
    element = SubElement(body, "trans-unit", attributes)
    SubElement(element, "source").text = portable_text(unit.source)
    target = SubElement(element, "target", {"state": TARGET_STATES[unit.row.state]})
    target.text = portable_text(unit.text)
    place = SubElement(element, "context-group", {"name": "place", "purpose": "location"})
    for kind, value in (("x-code", export_unit.code), ("x-address", export_unit.url)):
        if value:
            SubElement(place, "context", {"context-type": kind}).text = portable_text(value)
    for note in [str(unit.name), *export_unit.notes]:
        SubElement(element, "note").text = portable_text(note)


def read(data: bytes) -> list[FileUnit]:
    """Return the units of an XLIFF file.

    Raises FileError where the file is no XLIFF 1.2, does not name its language, or is too large.
    """
    trans_units = read_elements(data, NAMESPACE, "xliff", "trans-unit")
    for trans_unit in trans_units:
        if not trans_unit.ancestors.get("file", {}).get("target-language"):
            raise FileError(_("The file does not say which language it is in."))
    return [parse_trans_unit(trans_unit) for trans_unit in trans_units]


def parse_trans_unit(trans_unit: XmlElement) -> FileUnit:
    """Return the unit of a <trans-unit>."""
    element, file = trans_unit.element, trans_unit.ancestors["file"]
    target = element.find("target")
    source_digest, text_digest = parse_digests(element.get("extradata"))
    state = target.get("state", "") if target is not None else ""
    return FileUnit(
        key=element.get("id", ""),
        source=element_text(element.find("source")),
        text=element_text(target),
        language=file["target-language"],
        line=trans_unit.line,
        source_language=file.get("source-language", ""),
        source_digest=source_digest,
        text_digest=text_digest,
        is_unfinished=state.startswith("needs-") and element.get("approved") != "yes",
        fault=markup_fault(element),
    )


def element_text(element: Element | None) -> str:
    """Return the text of an element without mark-up, "" for None."""
    return "".join(element.itertext()) if element is not None else ""


def markup_fault(element: Element) -> str:
    """Return the fault of a <trans-unit> with repeated elements or mark-up, "" without one."""
    for name in ("source", "target"):
        text_elements = element.findall(name)
        if len(text_elements) > 1:
            return _("The unit has several elements <%(name)s>.") % {"name": name}
        for text_element in text_elements:
            for inner in text_element.iter():
                if inner is not text_element and inner.tag != SEGMENT_TAG:
                    return _("The text has the mark-up <%(name)s>, which the portal has not.") % {
                        "name": inner.tag.rpartition(" ")[2]
                    }
    return ""
