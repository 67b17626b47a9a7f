"""The glossary as TBX-Basic (ISO 30042:2008), the variant of TBX that most programs read."""

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent, tostring

from django.utils.translation import gettext as _

from languages import languages
from library.glossary.termbase.records import (
    TermRecord,
    column_names,
    normalise_values,
    term_values,
    values_digest,
)
from library.models import Term
from translations.exchange.safe_xml import read_elements

ID_PREFIX = "term-"  # an id of XML begins with a letter
DIGEST_PREFIX = "digest: "
XML_LANG = "http://www.w3.org/XML/1998/namespace lang"
PREFERRED, ADMITTED = "preferredTerm-admn-sts", "admittedTerm-admn-sts"
ACRONYM, ACRONYMS_IN = "acronym", "en"  # the same in both languages, and written in Latin letters


def write(terms: Iterable[Term]) -> bytes:
    """Return terms as a TBX file."""
    root = Element("martif", {"type": "TBX-Basic", "xml:lang": languages.source_language()})
    header = SubElement(root, "martifHeader")
    description = SubElement(header, "fileDesc")
    SubElement(SubElement(description, "titleStmt"), "title").text = "Glossary"
    SubElement(SubElement(description, "sourceDesc"), "p").text = "policing-goals-portal"
    SubElement(
        SubElement(header, "encodingDesc"), "p", {"type": "XCSURI"}
    ).text = "TBXBasicXCSV02.xcs"
    body = SubElement(SubElement(root, "text"), "body")
    for term in terms:
        add_entry(body, term_values(term))
    indent(ElementTree(root))
    data: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return data + b"\n"


def add_entry(body: Element, values: Mapping[str, str]) -> None:
    """Append the <termEntry> of a term's values to the <body>."""
    entry = SubElement(body, "termEntry", {"id": ID_PREFIX + values["slug"]})
    SubElement(entry, "descrip", {"type": "subjectField"}).text = values["kind"]
    if values["source_url"]:
        attributes = {"type": "externalCrossReference", "target": values["source_url"]}
        SubElement(entry, "xref", attributes).text = values["source_url"]
    if values["document"]:
        place = f"{values['document']}, {values['line']}"
        SubElement(entry, "admin", {"type": "source"}).text = place
    SubElement(entry, "note").text = f"{DIGEST_PREFIX}{values_digest(values)}"
    for code in languages.language_codes():
        add_language(entry, values, code)


def add_language(entry: Element, values: Mapping[str, str], code: str) -> None:
    """Append the <langSet> of one language to a <termEntry>."""
    element = SubElement(entry, "langSet", {"xml:lang": code})
    SubElement(element, "descrip", {"type": "definition"}).text = values[f"definition_{code}"]
    add_name(element, values[f"term_{code}"], "administrativeStatus", PREFERRED)
    if code == ACRONYMS_IN and values["acronym"]:
        for acronym in values["acronym"].split(", "):
            add_name(element, acronym, "termType", ACRONYM)
    for form in filter(None, values[f"forms_{code}"].split("\n")):
        add_name(element, form, "administrativeStatus", ADMITTED)


def add_name(parent: Element, name: str, kind: str, value: str) -> None:
    """Append a name as <tig>, with a <termNote> of the type `kind` and the text `value`."""
    element = SubElement(parent, "tig")
    SubElement(element, "term").text = name
    SubElement(element, "termNote", {"type": kind}).text = value


def read(data: bytes) -> list[TermRecord]:
    """Return the records of a TBX file; raises FileError for broken XML."""
    return [
        read_entry(xml_element.element, xml_element.line)
        for xml_element in read_elements(data, "", "martif", "termEntry")
    ]


def read_entry(entry: Element, line: int) -> TermRecord:
    """Return the TermRecord of a <termEntry>; an error in one language becomes its `fault`.

    Only the parts that write() makes are read.
    """
    values = dict.fromkeys(column_names(), "")
    values["slug"] = entry.get("id", "").removeprefix(ID_PREFIX)
    values["kind"] = child_text(entry, "descrip", "subjectField")
    reference = entry.find("xref[@type='externalCrossReference']")
    values["source_url"] = reference.get("target", "") if reference is not None else ""
    place = child_text(entry, "admin", "source").rpartition(",")
    values["document"], values["line"] = place[0], place[2]
    faults = [read_language(values, element) for element in entry.iterfind("langSet")]
    notes = [note.text or "" for note in entry.iterfind("note")]
    digests = [note for note in notes if note.startswith(DIGEST_PREFIX)]
    return TermRecord(
        normalise_values(values),
        line,
        digest=digests[0].removeprefix(DIGEST_PREFIX).strip() if digests else "",
        fault=next(filter(None, faults), ""),
    )


def child_text(element: Element, tag: str, kind: str) -> str:
    """Return the text of the first child with a tag and a `type`, "" where there is none."""
    child = element.find(f"{tag}[@type='{kind}']")
    return "".join(child.itertext()) if child is not None else ""


def read_language(values: dict[str, str], element: Element) -> str:
    """Fill the columns of one language from a <langSet>; return a sentence on a fault, or ""."""
    code = (element.get(XML_LANG) or "").lower().split("-")[0]
    if code not in languages.language_codes():
        return _("The file is in “%(language)s”, which is no language of the portal.") % {
            "language": code[:40]
        }
    values[f"definition_{code}"] = child_text(element, "descrip", "definition")
    forms: list[str] = []
    acronyms: list[str] = []
    for number, tig in enumerate(element.iterfind("tig")):
        name = "".join(term.itertext()) if (term := tig.find("term")) is not None else ""
        status = child_text(tig, "termNote", "administrativeStatus")
        if child_text(tig, "termNote", "termType") == ACRONYM:
            acronyms.append(name)
        elif status == PREFERRED or (not status and number == 0):
            if values[f"term_{code}"]:
                return _("An entry has two preferred terms in “%(language)s”.") % {"language": code}
            values[f"term_{code}"] = name
        else:
            forms.append(name)
    values[f"forms_{code}"] = "\n".join(forms)
    values["acronym"] = ", ".join(filter(None, [values["acronym"], *acronyms]))
    return ""
