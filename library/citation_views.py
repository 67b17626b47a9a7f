from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from languages.languages import codes as language_codes
from languages.languages import others
from library import codes
from library.citations import Citation, find_quoted
from library.fingerprints import language_of

# What reference managers read: the ending of the file, its name, its type, how it is made.
FORMATS = {
    "bib": ("BibTeX", "application/x-bibtex", lambda citation: citation.bibtex),
    "ris": ("RIS", "application/x-research-info-systems", lambda citation: citation.ris),
    "json": (
        "CSL-JSON",
        "application/vnd.citationstyles.csl+json",
        lambda citation: citation.csl_json,
    ),
}


@require_safe
def cite(request, address):
    quoted, citations = citations_of(request, address)
    if codes.to_address(quoted.record.code) != address:
        return redirect("citations:cite", codes.to_address(quoted.record.code))
    context = {
        "quoted": quoted,
        "citations": [
            {
                "citation": citation,
                "text": quoted.texts[citation.language],
                "formats": [
                    {"ending": ending, "name": name, "text": make(citation)}
                    for ending, (name, _, make) in FORMATS.items()
                ],
            }
            for citation in citations
        ],
        "missing": [code for code in language_codes() if not quoted.texts[code]],
        "check": check(quoted, request.GET.get("fp", "")),
    }
    return render(request, "library/cite.html", context)


@require_safe
def download(request, address, language, file_format):
    _, citations = citations_of(request, address)
    citation = next((found for found in citations if found.language == language), None)
    if citation is None or file_format not in FORMATS:
        raise Http404
    _, content_type, make = FORMATS[file_format]
    return HttpResponse(
        make(citation),
        content_type=f"{content_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{citation.name}.{file_format}"'},
    )


def citations_of(request, address):
    """Return what an address names, and its citations, that of the page's language first."""
    code = codes.from_address(address)
    quoted = find_quoted(code) if code else None
    if quoted is None:
        raise Http404
    site = f"{request.scheme}://{request.get_host()}"
    active = get_language()
    return quoted, [
        Citation(quoted, language, site)
        for language in [active, *others(active)]
        if quoted.texts[language]
    ]


def check(quoted, mark):
    """Say whether a text is still what a fingerprint was taken of; {} where none is given."""
    if not mark:
        return {}
    language = language_of(mark)
    if language not in language_codes():
        return {"result": "unknown", "mark": mark[:40]}
    is_same = quoted.fingerprint(language) == mark
    return {"result": "same" if is_same else "changed", "mark": mark, "language": language}
