"""The help pages: Markdown files of docs/help/, one per page and language, as HTML."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from languages.languages import Text, languages_from
from languages.templatetags.languages import isolated

FOLDER = settings.BASE_DIR / "docs" / "help"
# The pages in their order; each has a file per language, such as readers.ar.md.
PAGES = ["readers", "administrators", "translators", "privacy"]


class HelpPage(NamedTuple):
    """A help page in one language; `sections` are (anchor, heading) of its second level."""

    name: str
    language: str
    title: str
    sections: list[tuple[str, str]]
    html: str

    @property
    def heading(self) -> Text:
        """The title with its language."""
        return Text(self.title, self.language)


class HelpRenderer(RendererHTML):
    """Renders Markdown; Latin words inside Arabic are isolated, so that they keep their order."""

    def text(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        return isolated(tokens[index].content, env["language"])

    def code_inline(
        self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
    ) -> str:
        return format_html('<code dir="ltr">{}</code>', tokens[index].content)


@lru_cache
def help_page(name: str, language: str) -> HelpPage:
    """Return the help page of a name in a language or, if there is no such file, in another one.

    Each file is read once by each process. Links in the files go to other files
    (translators.en.md), so that they also work in the repository, or to pages (/en/brief/).
    """
    files = {code: FOLDER / f"{name}.{code}.md" for code in languages_from(language)}
    written_in = next(code for code, file in files.items() if file.exists())
    text = files[written_in].read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark", renderer_cls=HelpRenderer).enable("table")
    tokens = markdown.parse(text)
    title = ""
    sections: list[tuple[str, str]] = []
    for position, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            title = tokens[position + 1].content
        if token.type == "heading_open" and token.tag == "h2":
            anchor = f"{slugify(name)}-{len(sections) + 1}"
            token.attrSet("id", anchor)
            sections.append((anchor, tokens[position + 1].content))
        for child in token.children or []:
            if child.type == "link_open":
                child.attrSet("href", link_address(str(child.attrs["href"]), language))
    # Without the first three tokens: the page shows the title itself.
    html = markdown.renderer.render(tokens[3:], markdown.options, {"language": written_in})
    # nosemgrep: text-declared-safe (files of the project)
    return HelpPage(name, written_in, title, sections, mark_safe(html))  # noqa: S308  (files of the project)


def link_address(link: str, language: str) -> str:
    """Return the address in the portal for a link of a help file."""
    match = re.fullmatch(r"(\w+)\.(\w+)\.md", link)
    return f"/{language}/help/{match[1]}/" if match else link
