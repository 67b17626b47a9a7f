"""XLIFF 1.2, which translators' tools agree on best: a unit is a trans-unit, its key the id."""

from itertools import groupby
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent, tostring

from django.utils.translation import gettext as _

from translations.exchange.records import FileError, FileUnit, carried, digests, taken_apart
from translations.exchange.safe_xml import elements
from translations.models import TranslationStatus

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
STATES = {
    TranslationStatus.MISSING: "new",
    TranslationStatus.OUTDATED_MINOR: "needs-review-translation",
    TranslationStatus.OUTDATED: "needs-review-translation",
    TranslationStatus.UNREVIEWED: "translated",
    TranslationStatus.REVIEWED: "final",
}
# Tools cut texts into segments; the marks of these are the only ones that a text may have.
SEGMENT = "mrk"


def write(items, language):
    root = Element("xliff", {"version": "1.2", "xmlns": NAMESPACE})

    def part(item):
        return item.unit.row.model.split(".")[0], item.unit.row.source

    for (section, source), of_part in groupby(sorted(items, key=part), part):
        file = SubElement(
            root,
            "file",
            {
                "original": section,
                "source-language": source,
                "target-language": language,
                "datatype": "plaintext",
            },
        )
        body = SubElement(file, "body")
        for item in of_part:
            add(body, item)
    indent(ElementTree(root))
    return tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def add(body, item):
    """Add a unit; the digests stand in `extradata`, which is there for what tools pass on."""
    unit = item.unit
    attributes = {
        "id": unit.key,
        "resname": carried(item.code),
        "xml:space": "preserve",
        "extradata": digests(unit),
    }
    if unit.row.state == TranslationStatus.REVIEWED:
        attributes["approved"] = "yes"
    element = SubElement(body, "trans-unit", attributes)
    SubElement(element, "source").text = carried(unit.source)
    target = SubElement(element, "target", {"state": STATES[unit.row.state]})
    target.text = carried(unit.text)
    place = SubElement(element, "context-group", {"name": "place", "purpose": "location"})
    for kind, value in (("x-code", item.code), ("x-address", item.address)):
        if value:
            SubElement(place, "context", {"context-type": kind}).text = carried(value)
    for note in [str(unit.name), *item.notes]:
        SubElement(element, "note").text = carried(note)


def read(data):
    """Return the Entries of an XLIFF file."""
    found = elements(data, NAMESPACE, "xliff", "trans-unit")
    for piece in found:
        if not piece.around.get("file", {}).get("target-language"):
            raise FileError(_("The file does not say which language it is in."))
    return [entry(*piece) for piece in found]


def entry(element, line, around):
    file, target = around["file"], element.find("target")
    of_source, of_text = taken_apart(element.get("extradata"))
    state = target.get("state", "") if target is not None else ""
    return FileUnit(
        key=element.get("id", ""),
        source=text_of(element.find("source")),
        text=text_of(target),
        language=file["target-language"],
        line=line,
        source_language=file.get("source-language", ""),
        source_digest=of_source,
        text_digest=of_text,
        is_unfinished=state.startswith("needs-") and element.get("approved") != "yes",
        fault=fault_of(element),
    )


def text_of(element):
    return "".join(element.itertext()) if element is not None else ""


def fault_of(element):
    """Return what is wrong with the form of a unit, "" where nothing is."""
    for name in ("source", "target"):
        found = element.findall(name)
        if len(found) > 1:
            return _("The unit has several elements <%(name)s>.") % {"name": name}
        for marks in found:
            for inner in marks.iter():
                if inner is not marks and inner.tag != SEGMENT:
                    return _("The text has the mark-up <%(name)s>, which the portal has not.") % {
                        "name": inner.tag.rpartition(" ")[2]
                    }
    return ""
