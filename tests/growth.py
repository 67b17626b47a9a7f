"""What a later document may add to the content: more goals, a theme, a round, a new framework."""

from hashlib import sha256

from crosscutting.models import Commitment, Theme
from dialogue.models import Highlight, Round
from goals.models import Goal, Objective
from library.models import Article, Document, Paragraph
from tests.factories import make_document

GOALS = {
    8: ("التراث الثقافي", "Cultural heritage", "حماية التراث الثقافي", "Protect cultural heritage"),
    9: ("الدواء", "Medicines", "حماية الدواء من الغش", "Protect medicines from counterfeiting"),
    10: ("الاستجابة للكوارث", "Response to disasters", "الاستجابة للكوارث", "Respond to disasters"),
    11: ("سلامة البحار", "Safety at sea", "تعزيز سلامة البحار", "Promote safety at sea"),
    12: (
        "التكنولوجيات الناشئة والروبوتات المستقلة",
        "Emerging technologies and autonomous robots",
        "الاستعداد للتكنولوجيات الناشئة",
        "Prepare for emerging technologies",
    ),
}


class Source:
    """A document to which lines are added; close() writes its SHA-256."""

    def __init__(self, slug):
        self.document = make_document(number=Document.objects.count() + 1, slug=slug)

    def line(self, text):
        return self.document.lines.create(number=self.document.lines.count() + 1, text=text)

    def close(self):
        self.document.sha256 = sha256(self.document.verbatim()).hexdigest()
        self.document.save()


def add_goals(last):
    """Add the goals from the eighth to the last, each with an objective and no mark."""
    source = Source(f"goals-up-to-{last}")
    for number in range(Goal.objects.count() + 1, last + 1):
        subject_ar, subject_en, title_ar, title_en = GOALS[number]
        goal = Goal.objects.create(
            number=number,
            slug=f"goal-{number}",
            subject_ar=subject_ar,
            subject_en=subject_en,
            title_ar=title_ar,
            title_en=title_en,
            line=source.line(title_ar),
            is_published=True,
        )
        text_ar, text_en = f"{title_ar} مع البلدان.", f"{title_en} together with countries."
        Objective.objects.create(
            goal=goal, number=1, text_ar=text_ar, text_en=text_en, line=source.line(f"- {text_ar}")
        )
    source.close()


def add_theme():
    """Add a sixth theme with a commitment."""
    source = Source("sixth-theme")
    theme = Theme.objects.create(
        number=6,
        slug="transparency",
        title_ar="الشفافية والمساءلة",
        title_en="Transparency and accountability",
        line=source.line("سادساً. الشفافية والمساءلة"),
        is_published=True,
    )
    Commitment.objects.create(
        theme=theme,
        number=1,
        text_ar="العمل بشفافية.",
        text_en="Work transparently.",
        line=source.line("- العمل بشفافية."),
    )
    source.close()


def add_round():
    """Add a ninth round, with a highlight that opens a list of ten."""
    source = Source("ninth-round")
    dialogue_round = Round.objects.create(
        year=2025,
        number=9,
        title_ar="أبرز نقاط البيان المشترك",
        title_en="Highlights of the joint statement",
        place_ar="ليون",
        place_en="Lyon",
        line=source.line("أبرز نقاط البيان المشترك"),
        is_published=True,
    )
    opening = Highlight.objects.create(
        round=dialogue_round,
        number=1,
        text_ar="اتفق المشاركون على ما يلي:",
        text_en="The participants agreed on the following:",
        line=source.line("اتفق المشاركون على ما يلي:"),
    )
    for number in range(1, 11):
        Highlight.objects.create(
            round=dialogue_round,
            parent=opening,
            number=number,
            marker="number",
            text_ar="مواصلة العمل معا.",
            text_en="Continue to work together.",
            line=source.line(f"- ’{number}‘ مواصلة العمل معا."),
        )
    source.close()


def add_framework():
    """Add a framework for later years with a vision and a mission; return it and the two texts."""
    source = Source("later-framework")
    framework = Article.objects.create(
        number=Article.objects.count() + 1,
        slug="later-framework",
        kind="framework",
        title_ar="الإطار الاستراتيجي اللاحق",
        title_en="The later Strategic Framework",
        document=source.document,
        line=source.line("الإطار الاستراتيجي اللاحق"),
        is_published=True,
    )
    texts = [("أمن أفضل للجميع", "Better security for all"), ("خدمة الشرطة", "Serve the police")]
    vision, mission = [
        Paragraph.objects.create(
            article=framework,
            number=number,
            kind="lead",
            text_ar=text_ar,
            text_en=text_en,
            line=source.line(text_ar),
        )
        for number, (text_ar, text_en) in enumerate(texts, 1)
    ]
    source.close()
    return framework, vision, mission
