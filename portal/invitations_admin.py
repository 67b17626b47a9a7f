"""Inviting colleagues in the administration of accounts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts import invitations
from accounts.mail_choices import language_choices
from accounts.models import Invitation, User
from accounts.role_words import describe_account, describe_group
from editing.admin_pages import ask_first
from history.actors import signed_in
from languages.public_origin import public_origin
from notifications.models import Kind, OutgoingMail, State

if TYPE_CHECKING:
    # The mixin stands before UserAdmin, whose attributes and methods it uses.
    _Base = admin.ModelAdmin[User]
    _GroupField = forms.ModelMultipleChoiceField[Group]
    _UserForm = forms.ModelForm[User]
else:
    _Base = object
    _GroupField = forms.ModelMultipleChoiceField
    _UserForm = forms.ModelForm


class RolesField(_GroupField):
    """Chooses groups, each with what it may do."""

    def label_from_instance(self, group: Group) -> SafeString:
        return format_html("<bdi>{}</bdi> – {}", group.name, " ".join(describe_group(group)))


class InvitationForm(_UserForm):
    """Who is invited, to which roles, and in which language."""

    groups = RolesField(
        label=gettext_lazy("Roles"),
        queryset=Group.objects.order_by("pk"),
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)

    class Meta:
        model = User
        fields = ["email", "username", "groups"]
        widgets = {"email": forms.EmailInput(attrs={"class": "vTextField", "dir": "ltr"})}

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.fields["email"].required = True
        self.fields["language"].initial = get_language()

    def clean_email(self) -> str:
        """Return the address; refuse one that an account has already."""
        email = User.objects.normalize_email(self.cleaned_data["email"])
        is_theirs = Q(email__iexact=email) | Q(emailaddress__email__iexact=email)
        if User.objects.filter(is_theirs).exists():
            raise forms.ValidationError(_("There is an account with this e-mail address already."))
        return email

    def clean_username(self) -> str:
        """Return the name; refuse one that differs from another's in capital letters alone."""
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise taken_name_error()
        return username


def taken_name_error() -> forms.ValidationError:
    """Return the error for a name that an account has already."""
    return forms.ValidationError(User._meta.get_field("username").error_messages["unique"])


class InvitationActions(_Base):
    """A mixin for the admin of accounts: inviting, sending invitations again, withdrawing them.

    Inviting needs the permissions that making an account and choosing its groups need.
    """

    change_list_template = "portal/user_list.html"
    list_select_related = ["invitation"]
    readonly_fields = ["may_do", "invitation_state"]

    def has_invite_permission(self, request: HttpRequest) -> bool:
        """Whether a person may invite others."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.invite_view)
        return [path("invite/", view, name="accounts_user_invite"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return the accounts, each with whether the mail of its invitation could not be sent."""
        failed = OutgoingMail.objects.filter(
            recipient=OuterRef("pk"),
            kind=Kind.INVITATION,
            state=State.FAILED,
            made__gte=OuterRef("invitation__made"),
        )
        return super().get_queryset(request).annotate(has_failed_mail=Exists(failed))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        username, email, *others = super().get_list_display(request)
        return [username, email, "invitation_state", *others]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        """Return those of Django, and for an account that exists what it may do."""
        fieldsets = super().get_fieldsets(request, obj)
        access = (_("Access"), {"fields": self.readonly_fields})
        return [*fieldsets[:2], access, *fieldsets[2:]] if obj else [*fieldsets]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"may_invite": self.has_invite_permission(request)} | (extra_context or {})
        return super().changelist_view(request, context)

    def invite_view(self, request: HttpRequest) -> HttpResponse:
        """The page “Invite a colleague”."""
        if not self.has_invite_permission(request):
            raise PermissionDenied
        form = InvitationForm(request.POST or None)
        if not form.is_valid():
            return self.form_page(request, form)
        try:
            sent = self.invite(request, form.cleaned_data)
        except IntegrityError:  # somebody else was quicker, or a button was pressed twice
            form.add_error("username", taken_name_error())
            return self.form_page(request, form)
        return self.show_sent(request, [sent])

    @transaction.atomic
    def invite(self, request: HttpRequest, data: dict[str, Any]) -> tuple[User, str]:
        """Invite by the data of a form; return the account and the link."""
        person, link = invitations.invite(
            data["username"],
            data["email"],
            data["groups"],
            data["language"],
            signed_in(request),
            public_origin(request),
        )
        self.log_addition(request, person, "Invited.")
        return person, link

    def form_page(self, request: HttpRequest, form: InvitationForm) -> TemplateResponse:
        """Return the page with the form."""
        context = {"title": _("Invite a colleague"), "form": form}
        return self.page(request, "portal/invite.html", context)

    def page(
        self, request: HttpRequest, template: str, context: dict[str, Any]
    ) -> TemplateResponse:
        """Return a page of the administration of accounts."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "sends_mail": settings.SENDS_MAIL,
            "days": invitations.LINK_DAYS,
            **context,
        }
        return TemplateResponse(request, template, context)

    def show_sent(self, request: HttpRequest, sent: Sequence[tuple[User, str]]) -> HttpResponse:
        """Say how many invitations are sent by mail; show the links of the others, once."""
        mailed = [person for person, _link in sent if invitations.is_mailed(person)]
        if mailed:
            message = ngettext(
                "%(number)s invitation is on its way.",
                "%(number)s invitations are on their way.",
                len(mailed),
            )
            self.message_user(request, message % {"number": len(mailed)}, messages.SUCCESS)
        shown = [(person, link) for person, link in sent if person not in mailed]
        if not shown:
            return redirect("admin:accounts_user_changelist")
        context = {"title": _("Links of invitations"), "links": shown}
        return self.page(request, "portal/invitation_links.html", context)

    def pending(self, request: HttpRequest, queryset: QuerySet[User]) -> list[Invitation]:
        """Return the invitations of accounts that nobody has used; say which accounts have none."""
        found = Invitation.objects.filter(user__in=queryset).select_related("user")
        pending = [row for row in found if row.is_pending and row.user.is_active]
        users = {invitation.user for invitation in pending}
        for person in queryset:
            if person not in users:
                text = _("“%(name)s” has no invitation that waits.") % {"name": person}
                self.message_user(request, text, messages.WARNING)
        return pending

    @admin.action(description=gettext_lazy("Send the invitation again"), permissions=["invite"])
    def send_invitations(
        self, request: HttpRequest, queryset: QuerySet[User]
    ) -> HttpResponse | None:
        """Send invitations again, with new links; the earlier ones are good no more. Asks first."""
        pending, sent = self.pending(request, queryset), []
        question = _("Shall these people be invited once more?")
        chosen = [invitation.user for invitation in pending]
        if chosen and (page := ask_first(self, request, "send_invitations", question, chosen)):
            return page
        for invitation in pending:
            with transaction.atomic():
                link = invitations.send(invitation.user, signed_in(request), public_origin(request))
                self.log_change(request, invitation.user, "Invited again.")
            sent.append((invitation.user, link))
        return self.show_sent(request, sent) if sent else None

    @admin.action(description=gettext_lazy("Withdraw the invitation"), permissions=["delete"])
    def withdraw_invitations(
        self, request: HttpRequest, queryset: QuerySet[User]
    ) -> HttpResponse | None:
        """Delete invitations, with the accounts, which nobody has used; asks first."""
        pending, withdrawn = self.pending(request, queryset), 0
        question = _("Shall these people not be invited any more?")
        chosen = [invitation.user for invitation in pending]
        if chosen and (page := ask_first(self, request, "withdraw_invitations", question, chosen)):
            return page
        for invitation in pending:
            with transaction.atomic():
                self.log_deletions(request, User.objects.filter(pk=invitation.user_id))
                withdrawn += invitations.withdraw(invitation)
        if withdrawn:
            message = ngettext(
                "%(number)s invitation was withdrawn, and the account deleted.",
                "%(number)s invitations were withdrawn, and the accounts deleted.",
                withdrawn,
            )
            self.message_user(request, message % {"number": withdrawn}, messages.SUCCESS)
        return None

    @admin.display(description=gettext_lazy("invitation"), empty_value="–")
    def invitation_state(self, person: User) -> str:
        """Return what has become of an invitation that nobody has accepted, "" without one."""
        invitation: Invitation | None = getattr(person, "invitation", None)
        if invitation is None or not invitation.is_pending:
            return ""
        values = {"time": date_format(timezone.localtime(invitation.until), "DATETIME_FORMAT")}
        if invitation.is_expired:
            return _("invited; the link has expired: %(time)s") % values
        if getattr(person, "has_failed_mail", False):
            return _("invited, but the mail could not be sent: correct the address and send again")
        return _("invited, waiting until %(time)s") % values

    @admin.display(description=gettext_lazy("This person may"))
    def may_do(self, person: User) -> SafeString:
        """Return a list of what an account may do, group by group."""
        parts = (
            (name, format_html_join("", "<li>{}</li>", ((line,) for line in lines)))
            for name, lines in describe_account(person)
        )
        return format_html_join("", "<p><bdi>{}</bdi></p><ul>{}</ul>", parts)
