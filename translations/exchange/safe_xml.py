"""Reads XML from outside without document types, entities or other files, and within limits.

Expat by itself opens no other file. A file with a document type, where all entities are declared,
is refused at its first line. Elements know their line, so that messages can name it.
"""

from typing import NamedTuple, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from django.utils.translation import gettext as _

from translations.exchange.records import MAX_UNITS, FileError, too_many_units_error

MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 100


class XmlElement(NamedTuple):
    """An element, the line where it begins, and its ancestors: {name: attributes}."""

    element: Element
    line: int
    ancestors: dict[str, dict[str, str]]


def read_elements(data: bytes, namespace: str, root_name: str, name: str) -> list[XmlElement]:
    """Return the elements with a name, from the bytes of an XML file.

    Names in `namespace` are given without it; names in other namespaces are “namespace name”.
    Raises FileError where the root is not `root_name`, the XML is broken or declares a document
    type, or the file has more than MAX_ELEMENTS, MAX_DEPTH or MAX_UNITS.
    """
    reader = XmlReader(f"{namespace} ", root_name, name)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise FileError(
            _("The XML is broken in line %(line)s: %(error)s.")
            % {"line": error.lineno, "error": expat.ErrorString(error.code)}
        ) from error
    except (LookupError, ValueError) as error:
        raise FileError(_("The file is in an unknown encoding.")) from error
    return reader.elements


class XmlReader:
    """A parser that builds the elements of one name and skips all others.

    `prefix` is the namespace with a space. `elements` has the XmlElements read so far.
    """

    def __init__(self, prefix: str, root_name: str, name: str) -> None:
        self.prefix, self.root_name, self.name = prefix, root_name, name
        self.elements: list[XmlElement] = []
        # (name, attributes) from the root inwards
        self.open_elements: list[tuple[str, dict[str, str]]] = []
        self.element_count = 0
        self.builder: TreeBuilder | None = None
        self.builder_depth = self.builder_line = 0  # of the element that is being built
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.refuse_document_type
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def refuse_document_type(self, *declaration: object) -> NoReturn:
        raise FileError(
            _("The file declares a document type or entities, which are not taken (line %(line)s).")
            % {"line": self.parser.CurrentLineNumber}
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.removeprefix(self.prefix)
        self.element_count += 1
        if not self.open_elements and name != self.root_name:
            raise FileError(self.wrong_root_message(name))
        if self.element_count > MAX_ELEMENTS or len(self.open_elements) >= MAX_DEPTH:
            raise FileError(_("The file has too many elements, or too many within each other."))
        if name == self.name and self.builder is None:
            self.builder = TreeBuilder()
            self.builder_depth = len(self.open_elements)
            self.builder_line = self.parser.CurrentLineNumber
        self.open_elements.append((name, attributes))
        if self.builder is not None:
            self.builder.start(name, attributes)

    def wrong_root_message(self, name: str) -> str:
        namespace, _space, local_name = name.rpartition(" ")
        if local_name == self.root_name:
            return _(
                "This is another kind of <%(found)s> than the portal reads: %(namespace)s."
            ) % {
                "found": local_name,
                "namespace": namespace[:100] or "–",
            }
        return _("The file begins with <%(found)s>; <%(expected)s> was expected.") % {
            "found": local_name[:40],
            "expected": self.root_name,
        }

    def end(self, name: str) -> None:
        name, _attributes = self.open_elements.pop()
        if self.builder is None:
            return
        self.builder.end(name)
        if len(self.open_elements) == self.builder_depth:
            element = self.builder.close()
            self.elements.append(XmlElement(element, self.builder_line, dict(self.open_elements)))
            self.builder = None
            if len(self.elements) > MAX_UNITS:
                raise too_many_units_error()

    def text(self, text: str) -> None:
        if self.builder is not None:
            self.builder.data(text)
