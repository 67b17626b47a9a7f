"""Opens DOCX files: ZIP archives of XML parts, within limits, without entities and other files.

Parts are read from the archive by the names that the format gives them and nothing is unpacked to
the disk, so that a name with “../” in an archive leads nowhere.
"""

import zipfile
import zlib
from io import BytesIO
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ingest.readers.results import MAX_UNPACKED_BYTES, Fault, ReadError

MAX_PARTS = 5_000
MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 200
CHUNK_BYTES = 64 * 1024
ENCRYPTED_FLAG = 1
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class Package:
    """The parts of a DOCX file.

    Raises ReadError where it is no archive, or declares to unpack to more than MAX_UNPACKED_BYTES.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self.archive = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise ReadError(Fault.BROKEN) from error
        members = self.archive.infolist()
        if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
            raise ReadError(Fault.UNPACKED_TOO_LARGE)
        if len(members) > MAX_PARTS:
            raise ReadError(Fault.UNPACKED_TOO_LARGE)
        self.names = {member.filename for member in members}
        self.unpacked_bytes = 0

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a part, or None where there is no such part.

        What is unpacked is counted, since an archive may declare less than it has.
        """
        if name not in self.names:
            return None
        member = self.archive.getinfo(name)
        if member.flag_bits & ENCRYPTED_FLAG:
            raise ReadError(Fault.ENCRYPTED)
        if member.compress_type not in METHODS:
            raise ReadError(Fault.BROKEN)
        chunks = []
        try:
            with self.archive.open(member) as part:
                while chunk := part.read(CHUNK_BYTES):
                    self.unpacked_bytes += len(chunk)
                    if self.unpacked_bytes > MAX_UNPACKED_BYTES:
                        raise ReadError(Fault.UNPACKED_TOO_LARGE)
                    chunks.append(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise ReadError(Fault.BROKEN) from error
        return b"".join(chunks)

    def xml(self, name: str) -> Element | None:
        """Return the root element of a part, or None where there is no such part."""
        data = self.read(name)
        return None if data is None else parse_xml(data)


def parse_xml(data: bytes) -> Element:
    """Return the root element of XML. Raises ReadError where it is broken or declares entities.

    Expat opens no other file. A document type, where entities are declared, ends the reading.
    """
    builder = BoundedBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_document_type
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.builder.data
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise ReadError(Fault.BROKEN) from error
    return builder.builder.close()


def refuse_document_type(*declaration: object) -> None:
    """Raise ReadError for a declaration of a document type."""
    raise ReadError(Fault.ENTITIES)


class BoundedBuilder:
    """Builds elements with names as in ElementTree, {namespace}name, up to MAX_ELEMENTS."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.count = self.depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        self.count += 1
        self.depth += 1
        if self.count > MAX_ELEMENTS or self.depth > MAX_DEPTH:
            raise ReadError(Fault.BROKEN)
        self.builder.start(full_name(name), {full_name(key): attributes[key] for key in attributes})

    def end(self, name: str) -> None:
        """End an element."""
        self.depth -= 1
        self.builder.end(full_name(name))


def full_name(name: str) -> str:
    """Return a name of expat, namespace}name, as ElementTree writes it."""
    return f"{{{name}" if "}" in name else name
