"""The help pages: the files of docs/help/, one per kind of reader and language, as HTML."""

import re
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML

from languages.languages import Text, others
from languages.templatetags.languages import isolated

FOLDER = settings.BASE_DIR / "docs" / "help"
# The pages in their order; each has a file per language, such as readers.ar.md.
PAGES = ["readers", "administrators", "translators", "privacy"]


class HelpPage(NamedTuple):
    """A help page: its language, its title, the headings under it by their anchors, its HTML."""

    name: str
    language: str
    title: str
    sections: list
    html: str

    @property
    def heading(self):
        return Text(self.title, self.language)


class Renderer(RendererHTML):
    """Writes what the files hold; Latin words keep their order inside Arabic."""

    def text(self, tokens, index, options, env):
        return isolated(tokens[index].content, env["language"])

    def code_inline(self, tokens, index, options, env):
        return format_html('<code dir="ltr">{}</code>', tokens[index].content)


@lru_cache
def help_page(name, language):
    """Return the HelpPage of a file, read once: in this language or, without a file, in another.

    Links of the files lead from one file to another (translators.en.md), as they do where
    the project is read, or to pages of the portal (/en/brief/).
    """
    files = {code: FOLDER / f"{name}.{code}.md" for code in [language, *others(language)]}
    written_in = next(code for code, file in files.items() if file.exists())
    text = files[written_in].read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark", renderer_cls=Renderer).enable("table")
    tokens = markdown.parse(text)
    title, sections = "", []
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            title = tokens[place + 1].content
        if token.type == "heading_open" and token.tag == "h2":
            anchor = f"{slugify(name)}-{len(sections) + 1}"
            token.attrSet("id", anchor)
            sections.append((anchor, tokens[place + 1].content))
        for child in token.children or []:
            if child.type == "link_open":
                child.attrSet("href", address(child.attrGet("href"), language))
    html = markdown.renderer.render(tokens[3:], markdown.options, {"language": written_in})
    # nosemgrep: text-declared-safe (files of the project)
    return HelpPage(name, written_in, title, sections, mark_safe(html))  # noqa: S308  (files of the project)


def address(link, language):
    """Return where a link of a file leads in the portal."""
    match = re.fullmatch(r"(\w+)\.(\w+)\.md", link)
    return f"/{language}/help/{match[1]}/" if match else link
