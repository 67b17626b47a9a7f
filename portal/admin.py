"""Accounts and groups in the admin: Django's own, whose searches are bounded too."""

from django.contrib import admin
from django.contrib.auth import admin as accounts
from django.contrib.auth.models import Group, User

from search.lookups import BoundedSearch

admin.site.unregister([Group, User])


@admin.register(Group)
class GroupAdmin(BoundedSearch, accounts.GroupAdmin):
    pass


@admin.register(User)
class UserAdmin(BoundedSearch, accounts.UserAdmin):
    pass
