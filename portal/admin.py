"""Accounts and groups in the admin: Django's own, with bounded searches and personal data."""

from django.contrib import admin
from django.contrib.auth import admin as accounts
from django.contrib.auth.models import Group, User

from portal.personal_data_admin import PersonalDataActions
from search.lookups import BoundedSearch

admin.site.unregister([Group, User])


@admin.register(Group)
class GroupAdmin(BoundedSearch, accounts.GroupAdmin):
    pass


@admin.register(User)
class UserAdmin(PersonalDataActions, BoundedSearch, accounts.UserAdmin):
    pass
