"""Makes an edition of our own of the goals and themes, and a framework of the next period.

The texts are in next_edition.json, in both languages. They are taken in as a document is: each text
is a line, and cites it.
"""

import json
from hashlib import sha256
from pathlib import Path

from django.db import transaction

from crosscutting.models import Commitment, Theme
from goals.models import Goal, Objective
from history.recording import recording
from library.models import Article, Correspondence, Document, Line, Paragraph
from sdg_links.models import Sdg, SdgLink

NEXT = json.loads(Path(__file__).with_name("next_edition.json").read_text(encoding="utf-8"))
GOALS = "global-policing-goals-2028"
FRAMEWORK = "strategic-framework-2031-2035"


def in_languages(name, texts):
    return {f"{name}_{language}": text for language, text in texts.items()}


class NextEdition:
    """The documents, goals, themes and articles of the next edition, saved as one revision."""

    def __init__(self, is_published=True):
        self.is_published = is_published
        self.number = {}  # of the last line of each document, by its slug
        self.codes = {}  # of each new statement, by the position of its record in the file
        with transaction.atomic(), recording():
            self.documents = {values["slug"]: self.document(values) for values in NEXT["documents"]}
            for values in NEXT["goals"]:
                extra = in_languages("subject", values["subject"])
                goal = self.container(Goal, values, GOALS, **extra)
                self.statements(Objective, "goal", goal, values, GOALS)
                SdgLink.objects.create(
                    goal=goal,
                    sdg=Sdg.objects.get(number=16),
                    basis=SdgLink.Basis.SET,
                    year=2028,
                    source_url="https://example.org/2028",
                    **in_languages("reason", {"ar": "للأهداف مجتمعة.", "en": "For all goals."}),
                )
            for values in NEXT["themes"]:
                theme = self.container(Theme, values, GOALS)
                self.statements(Commitment, "theme", theme, values, GOALS)
            for number, values in enumerate(NEXT["articles"], 20):
                document = self.documents[values["document"]]
                article = self.container(
                    Article,
                    values | {"number": number},
                    document.slug,
                    kind=values["kind"],
                    document=document,
                    replaces=Article.objects.get(slug=values["replaces"]),
                )
                self.statements(Paragraph, "article", article, values, document.slug)
            for document in self.documents.values():
                document.sha256 = sha256(document.verbatim()).hexdigest()
                document.save()

    def document(self, values):
        self.number[values["slug"]] = 0
        number = Document.objects.order_by("-number").first().number + 1
        texts = {}
        for name in ("title", "short_title", "dating"):
            texts |= in_languages(name, values[name])
        return Document.objects.create(
            number=number,
            slug=values["slug"],
            issued=values["issued"],
            replaces=Document.objects.get(slug=values["replaces"]),
            is_published=self.is_published,
            sha256="0" * 64,
            **texts,
        )

    def line(self, slug, text):
        self.number[slug] += 1
        return Line.objects.create(
            document=self.documents[slug], number=self.number[slug], text=text
        )

    def container(self, model, values, slug, **extra):
        return model.objects.create(
            number=values["number"],
            slug=values["slug"],
            line=self.line(slug, values["title"]["ar"]),
            is_published=self.is_published,
            **in_languages("title", values["title"]),
            **extra,
        )

    def statements(self, model, field, container, values, slug):
        for number, statement in enumerate(values["statements"], 1):
            if same := statement.get("same_as"):
                former = model.objects.get(code=same)
                texts = {"ar": former.text_ar, "en": former.text_en}
            else:
                texts = statement["text"]
            record = model.objects.create(
                number=number,
                line=self.line(slug, texts["ar"]),
                **{field: container},
                **in_languages("text", texts),
            )
            self.codes[id(statement)] = record.code

    def join(self):
        """Write the concordances that the file has."""
        containers = [*NEXT["goals"], *NEXT["themes"]]
        with transaction.atomic(), recording():
            for values in containers:
                self.join_statements(values, GOALS)
            for values in NEXT["articles"]:
                self.join_statements(values, values["document"])
            for row in NEXT["dropped"]:
                self.add_row(GOALS, row["former"], "", row["reason"])
        return self

    def join_statements(self, values, slug):
        for statement in values["statements"]:
            later = self.codes[id(statement)]
            for former in statement["former"] or [""]:
                self.add_row(slug, former, later, statement["reason"])

    def add_row(self, slug, former, later, reason):
        Correspondence.objects.create(
            document=self.documents[slug],
            former=former,
            later=later,
            **in_languages("reason", reason),
        )
