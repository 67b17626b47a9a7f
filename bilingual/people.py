"""The names of people in the history, and what stands there once they are forgotten."""

from django.utils.translation import gettext, gettext_noop

from bilingual.models import Change, Proposal, Revision, TranslationState

# No account can have this name, since that of an account has no spaces.
ERASED = gettext_noop("an erased account")
ACCOUNT_ERASED = gettext_noop("An account was erased.")
ARROW = " → "  # between who proposed and who accepted, in the comment of a revision

# What points to a person, and the columns that name one and nothing more.
AUTHORS = {Revision: "author", Proposal: "author"}
NAMES = {
    Revision: ["author_name"],
    Proposal: ["author_name", "decided_by"],
    TranslationState: ["author_name", "reviewer_name"],
}


def shown_name(name):
    """Return what readers see for a name in the history."""
    return gettext(name) if name == ERASED else name


def shown_comment(comment):
    """Return the comment of a revision in the reader's language, as far as the portal wrote it."""
    if ERASED in comment:
        return "".join(map(shown_name, parts(comment)))
    return gettext(comment) if comment else ""


def parts(comment):
    """Split the comment of an accepted proposal: “amal → badr: why”."""
    author, arrow, rest = comment.partition(ARROW)
    publisher, colon, why = rest.partition(": ")
    return [author, arrow, publisher, colon, why]


def names_of(person):
    """Return the names that an account has had, less those that another one has now."""
    names = {person.get_username()}
    for model, author in AUTHORS.items():
        names |= set(model.objects.filter(**{author: person}).values_list("author_name", flat=True))
    others = type(person).objects.exclude(pk=person.pk).filter(username__in=names)
    return names - set(others.values_list("username", flat=True)) - {""}


def forget(person):
    """Put the neutral name in the place of a person's, wherever the history has it."""
    names = names_of(person)
    for model, author in AUTHORS.items():
        model.objects.filter(**{author: person}).update(author_name=ERASED, **{author: None})
    for model, columns in NAMES.items():
        for column in columns:
            model.objects.filter(**{f"{column}__in": names}).update(**{column: ERASED})
    for revision in Revision.objects.filter(comment__contains=ARROW):
        author, arrow, publisher, *rest = parts(revision.comment)
        if names & {author, publisher}:
            people = [ERASED if name in names else name for name in (author, publisher)]
            comment = "".join([people[0], arrow, people[1], *rest])
            revision.comment = comment[: Revision._meta.get_field("comment").max_length]
            revision.save(update_fields=["comment"])


def record_erasure(person, by):
    """Leave in the audit that an account was erased, and by whom, but not whose it was."""
    revision = Revision.objects.create(
        author=by, author_name=by.get_username() if by else "", comment=ACCOUNT_ERASED
    )
    Change.objects.create(
        revision=revision,
        kind=Change.Kind.DELETED,
        model=person._meta.label_lower,
        record=person.pk,
        label=str(person.pk),
        state={},
    )
