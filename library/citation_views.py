"""The page that cites a title or statement, and its files for reference managers."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from languages.languages import language_codes, other_languages
from languages.public_origin import public_origin
from library import codes
from library.citations import Citation, CitedText, find_cited_text
from library.fingerprints import fingerprint_language

# Formats of reference managers by file name extension: name, media type, and the citation in it.
FORMATS: dict[str, tuple[str, str, Callable[[Citation], str]]] = {
    "bib": ("BibTeX", "application/x-bibtex", lambda citation: citation.bibtex),
    "ris": ("RIS", "application/x-research-info-systems", lambda citation: citation.ris),
    "json": (
        "CSL-JSON",
        "application/vnd.citationstyles.csl+json",
        lambda citation: citation.csl_json,
    ),
}


@require_safe
def cite(request: HttpRequest, address: str) -> HttpResponse:
    """Show the citations of a title or statement, and compare the fingerprint `?fp=` with it.

    `address` is a code; other spellings of it are redirected. Raises Http404 where the code
    names nothing that is published.
    """
    cited_text, citations = load_citations(request, address)
    if codes.to_slug(cited_text.record.code) != address:
        address = reverse("citations:cite", args=[codes.to_slug(cited_text.record.code)])
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address)
    context = {
        "cited_text": cited_text,
        "citations": [
            {
                "citation": citation,
                "text": cited_text.texts[citation.language],
                "formats": [
                    {"ending": ending, "name": name, "text": to_text(citation)}
                    for ending, (name, _, to_text) in FORMATS.items()
                ],
            }
            for citation in citations
        ],
        "missing": [code for code in language_codes() if not cited_text.texts[code]],
        "check": check_fingerprint(cited_text, request.GET.get("fp", "")),
    }
    return render(request, "library/cite.html", context)


@require_safe
def download(request: HttpRequest, address: str, language: str, file_format: str) -> HttpResponse:
    """Return the citation in one language as a file; `file_format` is a key of FORMATS.

    Raises Http404 where the code, the text in this language or the format does not exist.
    """
    _, citations = load_citations(request, address)
    citation = next((citation for citation in citations if citation.language == language), None)
    if citation is None or file_format not in FORMATS:
        raise Http404
    _, content_type, to_text = FORMATS[file_format]
    file_name = f"{citation.citation_key}.{file_format}"
    return HttpResponse(
        to_text(citation),
        content_type=f"{content_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )


def load_citations(request: HttpRequest, address: str) -> tuple[CitedText, list[Citation]]:
    """Return a text and its citations, with that in the active language first.

    A language without a text has no citation. Raises Http404 where `address` is not the code of
    a published title or statement.
    """
    code = codes.parse_code(address)
    cited_text = find_cited_text(code) if code else None
    if cited_text is None:
        raise Http404
    origin = public_origin(request)
    active = get_language()
    return cited_text, [
        Citation(cited_text, language, origin)
        for language in [active, *other_languages(active)]
        if cited_text.texts[language]
    ]


def check_fingerprint(cited_text: CitedText, fingerprint: str) -> dict[str, str]:
    """Compare a fingerprint from a request with the text as it is now.

    Returns {} for an empty fingerprint, otherwise a dictionary with `fingerprint` and `result`:
    "same", "changed" or, where it is no fingerprint of the portal, "unknown".
    """
    if not fingerprint:
        return {}
    language = fingerprint_language(fingerprint)
    if language not in language_codes():
        return {"result": "unknown", "fingerprint": fingerprint[:40]}
    is_same = cited_text.fingerprint(language) == fingerprint
    return {
        "result": "same" if is_same else "changed",
        "fingerprint": fingerprint,
        "language": language,
    }
