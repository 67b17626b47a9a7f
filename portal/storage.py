"""The storage of static files on a public server."""

import re

from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

COMMENTS = re.compile(rb"/\*.*?\*/\s*", re.DOTALL)


class PublicStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Static files with their digest in their names, also in imports of scripts.

    Comments are removed from the portal's style sheets; they are a sixteenth of the bytes.
    """

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: "File[bytes]") -> str:
        if name.startswith("portal/") and name.endswith(".css"):
            content.open()  # again from the start: it may have been read before
            content = ContentFile(COMMENTS.sub(b"", content.read()))
        saved_name: str = super()._save(name, content)
        return saved_name
