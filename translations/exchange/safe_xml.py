"""Read XML from outside: no document type, no entities, nothing from elsewhere, and not too much.

Expat by itself opens nothing; a file with a document type, where all entities come from, is
refused at its first line. Elements know the line that they stand in, so that faults can be named.
"""

from typing import NamedTuple
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from django.utils.translation import gettext as _

from translations.exchange.records import MAX_UNITS, FileError, too_many

MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 100


class XmlElement(NamedTuple):
    """An element that was looked for, its line, and the attributes of those around it by name."""

    element: Element
    line: int
    around: dict


def elements(data, namespace, root, wanted):
    """Return the Pieces of XML that have the name `wanted`, in a root of the name `root`.

    The names of a namespace are shortened to their last part; those of others stay whole.
    """
    reader = XmlReader(f"{namespace} ", root, wanted)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise FileError(
            _("The XML is broken in line %(line)s: %(error)s.")
            % {"line": error.lineno, "error": expat.ErrorString(error.code)}
        ) from error
    except (LookupError, ValueError) as error:
        raise FileError(_("The file is in an unknown encoding.")) from error
    return reader.found


class XmlReader:
    def __init__(self, namespace, root, wanted):
        self.namespace, self.root, self.wanted = namespace, root, wanted
        self.found, self.above, self.number = [], [], 0
        self.builder, self.started = None, None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.refuse_type
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def refuse_type(self, *declared):
        raise FileError(
            _("The file declares a document type or entities, which are not taken (line %(line)s).")
            % {"line": self.parser.CurrentLineNumber}
        )

    def start(self, name, attributes):
        name = name.removeprefix(self.namespace)
        self.number += 1
        if not self.above and name != self.root:
            raise FileError(self.other_root(name))
        if self.number > MAX_ELEMENTS or len(self.above) >= MAX_DEPTH:
            raise FileError(_("The file has too many elements, or too many within each other."))
        if name == self.wanted and self.builder is None:
            self.builder, self.started = (
                TreeBuilder(),
                (len(self.above), self.parser.CurrentLineNumber),
            )
        self.above.append((name, attributes))
        if self.builder is not None:
            self.builder.start(name, attributes)

    def other_root(self, name):
        namespace, _space, found = name.rpartition(" ")
        if found == self.root:
            return _(
                "This is another kind of <%(found)s> than the portal reads: %(namespace)s."
            ) % {
                "found": found,
                "namespace": namespace[:100] or "–",
            }
        return _("The file begins with <%(found)s>; <%(expected)s> was expected.") % {
            "found": found[:40],
            "expected": self.root,
        }

    def end(self, name):
        name, _attributes = self.above.pop()
        if self.builder is None:
            return
        self.builder.end(name)
        depth, line = self.started
        if len(self.above) == depth:
            self.found.append(XmlElement(self.builder.close(), line, dict(self.above)))
            self.builder = None
            if len(self.found) > MAX_UNITS:
                raise too_many()

    def text(self, text):
        if self.builder is not None:
            self.builder.data(text)
