"""The glossary as TBX-Basic (ISO 30042:2008), the form of TBX that the most tools read."""

from xml.etree.ElementTree import Element, ElementTree, SubElement, indent, tostring

from django.utils.translation import gettext as _

from languages import languages
from library.glossary.termbase.records import TermRecord, columns, digest_of, tidy, values_of
from translations.exchange.safe_xml import elements

PREFIX = "term-"  # an id of XML begins with a letter
DIGEST = "digest: "
XML_LANG = "http://www.w3.org/XML/1998/namespace lang"
PREFERRED, ADMITTED = "preferredTerm-admn-sts", "admittedTerm-admn-sts"
ACRONYM, ACRONYMS_IN = "acronym", "en"  # the same in both languages, and written in Latin letters


def write(terms):
    root = Element("martif", {"type": "TBX-Basic", "xml:lang": languages.source()})
    header = SubElement(root, "martifHeader")
    description = SubElement(header, "fileDesc")
    SubElement(SubElement(description, "titleStmt"), "title").text = "Glossary"
    SubElement(SubElement(description, "sourceDesc"), "p").text = "policing-goals-portal"
    SubElement(
        SubElement(header, "encodingDesc"), "p", {"type": "XCSURI"}
    ).text = "TBXBasicXCSV02.xcs"
    body = SubElement(SubElement(root, "text"), "body")
    for term in terms:
        add(body, values_of(term))
    indent(ElementTree(root))
    return tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def add(body, values):
    entry = SubElement(body, "termEntry", {"id": PREFIX + values["slug"]})
    SubElement(entry, "descrip", {"type": "subjectField"}).text = values["kind"]
    if values["source_url"]:
        attributes = {"type": "externalCrossReference", "target": values["source_url"]}
        SubElement(entry, "xref", attributes).text = values["source_url"]
    if values["document"]:
        place = f"{values['document']}, {values['line']}"
        SubElement(entry, "admin", {"type": "source"}).text = place
    SubElement(entry, "note").text = f"{DIGEST}{digest_of(values)}"
    for code in languages.codes():
        add_language(entry, values, code)


def add_language(entry, values, code):
    element = SubElement(entry, "langSet", {"xml:lang": code})
    SubElement(element, "descrip", {"type": "definition"}).text = values[f"definition_{code}"]
    add_name(element, values[f"term_{code}"], "administrativeStatus", PREFERRED)
    if code == ACRONYMS_IN and values["acronym"]:
        for acronym in values["acronym"].split(", "):
            add_name(element, acronym, "termType", ACRONYM)
    for form in filter(None, values[f"forms_{code}"].split("\n")):
        add_name(element, form, "administrativeStatus", ADMITTED)


def add_name(parent, name, kind, value):
    element = SubElement(parent, "tig")
    SubElement(element, "term").text = name
    SubElement(element, "termNote", {"type": kind}).text = value


def read(data):
    """Return the Rows of a TBX file."""
    return [row(piece.element, piece.line) for piece in elements(data, "", "martif", "termEntry")]


def row(entry, line):
    """Return what an entry says; what it says in another way than write() is told as a fault."""
    values = dict.fromkeys(columns(), "")
    values["slug"] = entry.get("id", "").removeprefix(PREFIX)
    values["kind"] = text_of(entry, "descrip", "subjectField")
    reference = entry.find("xref[@type='externalCrossReference']")
    values["source_url"] = reference.get("target", "") if reference is not None else ""
    place = text_of(entry, "admin", "source").rpartition(",")
    values["document"], values["line"] = place[0], place[2]
    faults = [take_language(values, element) for element in entry.iterfind("langSet")]
    kept = [note.text for note in entry.iterfind("note") if (note.text or "").startswith(DIGEST)]
    return TermRecord(
        tidy(values),
        line,
        digest=kept[0].removeprefix(DIGEST).strip() if kept else "",
        fault=next(filter(None, faults), ""),
    )


def text_of(element, tag, kind):
    found = element.find(f"{tag}[@type='{kind}']")
    return "".join(found.itertext()) if found is not None else ""


def take_language(values, element):
    """Fill in what an entry says in one language; return what is wrong with it, or ""."""
    code = (element.get(XML_LANG) or "").lower().split("-")[0]
    if code not in languages.codes():
        return _("The file is in “%(language)s”, which is no language of the portal.") % {
            "language": code[:40]
        }
    values[f"definition_{code}"] = text_of(element, "descrip", "definition")
    forms, acronyms = [], []
    for number, tig in enumerate(element.iterfind("tig")):
        name = "".join(term.itertext()) if (term := tig.find("term")) is not None else ""
        status = text_of(tig, "termNote", "administrativeStatus")
        if text_of(tig, "termNote", "termType") == ACRONYM:
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
