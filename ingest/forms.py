"""The forms of taking in: the upload, the lines of a page, what is said about the document."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ingest.line_editing import SentLine
from ingest.models import BoilerplateReason
from ingest.readers.docx import Changes
from ingest.readers.results import MAX_BYTES, LineKind
from languages.fields import translated_fields
from languages.languages import direction, language_codes
from library.models import Document
from library.models.registry import check_address
from translations.units import model_field

if TYPE_CHECKING:
    _DocumentForm = forms.ModelForm[Document]
else:
    _DocumentForm = forms.ModelForm


class UploadForm(forms.Form):
    """A file, or a pasted text."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("Plain text, Word (DOCX), a saved web page or PDF; at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".txt,.docx,.html,.htm,.pdf"}),
    )
    pasted = forms.CharField(
        label=_("or a pasted text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )
    changes = forms.ChoiceField(
        label=_("Tracked changes of Word"), choices=Changes, initial=Changes.ACCEPT
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("file")) == bool((cleaned.get("pasted") or "").strip()):
            raise ValidationError(_("Please choose a file or paste a text, and not both."))
        return cleaned

    def content(self) -> tuple[bytes, str]:
        """Return the bytes and the name of what was sent; the name of a pasted text is ""."""
        file = self.cleaned_data.get("file")
        if isinstance(file, UploadedFile):
            return file.read(MAX_BYTES + 1), file.name or ""
        text: str = self.cleaned_data["pasted"]
        return text.replace("\r\n", "\n").encode(), ""


def sent_rows(data: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """Yield the key and the version of each row that a form sends; a field has the version."""
    for name in data:
        key, version = name.removeprefix("version-"), data.get(name, "")
        if name.startswith("version-") and key.isdecimal() and version.isdecimal():
            yield int(key), int(version)


def sent_lines(data: QueryDict, *, confirms_all: bool) -> list[SentLine]:
    """Return the lines that the form of a page sends; each has a field with its version."""
    lines = []
    for key, version in sent_rows(data):
        kind = data.get(f"kind-{key}", "")
        reason = data.get(f"reason-{key}", "")
        text = data.get(f"text-{key}", "").replace("\r\n", "\n").replace("\r", "\n")
        lines.append(
            SentLine(
                key,
                version,
                text.replace("\x00", ""),
                kind if kind in LineKind.values else LineKind.CONTENT,
                reason if reason in BoilerplateReason.values else "",
                confirms_all or f"confirmed-{key}" in data,
            )
        )
    return lines


class DocumentForm(_DocumentForm):
    """What is said about a document that is taken in."""

    class Meta:
        model = Document
        fields = [
            "slug",
            *(
                f"{name}_{code}"
                for name in translated_fields(Document)
                for code in language_codes()
            ),
            "issued",
            "source_url",
            "replaces",
        ]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in translated_fields(Document):
            for code in language_codes():
                field = self.fields[f"{name}_{code}"]
                # The forms of the library may leave a translation for later, this one may not.
                field.required = not model_field(self.instance, name).blank
                field.widget.attrs |= {"lang": code, "dir": direction(code)}
        self.fields["slug"].help_text = _("Small Latin letters, digits and hyphens.")
        self.fields["issued"].help_text = _("As precise as it is known: 2026-07-17, 2026-07, 2026.")

    def clean_slug(self) -> str:
        """Return the slug. Raises ValidationError where it was ever that of another page."""
        slug: str = self.cleaned_data["slug"]
        try:
            check_address(Document(slug=slug), "library:document", "slug")
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return slug
