"""The page on which people choose which mails they get, and in which language."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import SignedInRequest
from editing.models import PUBLISH
from languages.languages import autonym, language_codes
from notifications.models import ALWAYS_SENT, FOR_PUBLISHERS, Kind, MailChoices
from notifications.outbox import choices_of


def language_choices() -> list[tuple[str, str]]:
    """Return the code and the own name of each language, for a field of a form."""
    return [(code, autonym(code)) for code in language_codes()]


def offered_kinds(person: User) -> list[Kind]:
    """Return the kinds of mail that a person can switch on and off."""
    hidden = ALWAYS_SENT if person.has_perm(PUBLISH) else ALWAYS_SENT | FOR_PUBLISHERS
    return [kind for kind in Kind if kind not in hidden]


class MailChoicesForm(forms.Form):
    """What a person chooses about mails."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("You get a mail when"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mails"), choices=language_choices
    )

    def __init__(self, person: User, *arguments: Any, **values: Any) -> None:
        self.person, self.offered = person, offered_kinds(person)
        self.stored = choices_of(person)
        initial = {
            "kinds": [kind for kind in self.offered if kind not in self.stored.declined],
            "language": self.stored.language if self.stored.pk else get_language(),
        }
        super().__init__(*arguments, **values | {"initial": initial})
        kinds = cast(forms.MultipleChoiceField, self.fields["kinds"])
        kinds.choices = [(kind.value, kind.label) for kind in self.offered]

    def save(self) -> None:
        """Store the choices; what was chosen of kinds that are not offered stays."""
        kinds = self.cleaned_data["kinds"]
        hidden = [kind for kind in self.stored.declined if kind not in self.offered]
        declined = hidden + [kind for kind in self.offered if kind not in kinds]
        MailChoices.objects.update_or_create(
            user=self.person,
            defaults={"declined": declined, "language": self.cleaned_data["language"]},
        )


@login_required
def mail_choices(request: SignedInRequest) -> HttpResponse:
    """The page; there is none where the portal sends no mails that people can choose."""
    if not settings.NOTIFY_BY_MAIL:
        raise Http404
    form = MailChoicesForm(request.user, request.POST or None)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your choices are saved."))
        return redirect("account_mails")
    return render(request, "accounts/mails.html", {"form": form})


def remember_language(person: User) -> None:
    """Store the language of the interface for the mails of a person who has not chosen one."""
    if settings.SENDS_MAIL:
        MailChoices.objects.get_or_create(user=person, defaults={"language": get_language()})
