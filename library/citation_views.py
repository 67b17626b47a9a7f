"""The page that cites a title or statement, and its files for reference managers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from languages.languages import language_codes, languages_from
from languages.public_origin import public_origin
from languages.text_diff import word_diff
from library import codes
from library.citations import Citation, CitedText, find_cited_text
from library.fingerprints import fingerprint_language
from library.models import PublicWording
from library.withdrawn import answer_for_code, with_query

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


type CodeView = Callable[..., HttpResponse]


def answers_for_former_codes(view: CodeView) -> CodeView:
    """Decorator of views of a code: one that was withdrawn or superseded is no error."""

    @wraps(view)
    def wrapper(request: HttpRequest, address: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, address, *args, **kwargs)
        except Http404:
            if answer := answer_for_code(request, codes.parse_code(address)):
                return answer
            raise

    return wrapper


@require_safe
@answers_for_former_codes
def cite(request: HttpRequest, address: str) -> HttpResponse:
    """Show the citations of a title or statement, and compare the fingerprint `?fp=` with it.

    `address` is a code; other spellings of it are redirected. Raises Http404 where the code
    names nothing that is published.
    """
    cited_text, citations = load_citations(request, address)
    if codes.to_slug(cited_text.record.code) != address:
        address = reverse("citations:cite", args=[codes.to_slug(cited_text.record.code)])
        return redirect(with_query(request, address))
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
@answers_for_former_codes
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
    return cited_text, [
        Citation(cited_text, language, origin)
        for language in languages_from()
        if cited_text.texts[language]
    ]


def check_fingerprint(cited_text: CitedText, fingerprint: str) -> dict[str, Any]:
    """Compare a fingerprint from a request with the text as it is now.

    Returns {} for an empty fingerprint, otherwise a dictionary with `fingerprint` and `result`:
    "same", "changed", "withheld" or, where no text of this code had it, "unknown". A changed text
    has its former `wording` and the `differences` to today's.
    """
    if not fingerprint:
        return {}
    language = fingerprint_language(fingerprint)
    if language not in language_codes():
        return {"result": "unknown", "fingerprint": fingerprint[:40]}
    check: dict[str, Any] = {"fingerprint": fingerprint, "language": language}
    if cited_text.fingerprint(language) == fingerprint:
        return {"result": "same"} | check
    wordings = PublicWording.objects.filter(
        code__code=cited_text.record.code, fingerprint=fingerprint
    )
    wording = wordings.select_related("code").order_by("until").last()
    if wording is None:
        return {"result": "changed"} | check
    check |= {"wording": wording}
    if wording.withheld_at:
        return {"result": "withheld"} | check
    differences = word_diff(wording.text, cited_text.texts[language])
    return {"result": "changed", "differences": differences} | check
