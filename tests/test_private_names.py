"""The private names of dependencies that the portal uses are as the portal needs them.

docs/upgrading.md says what each is for, and what to look at when a test of this module fails.
"""

import ast
import re
import tomllib
from collections.abc import Callable
from inspect import getclosurevars, getsource, signature
from pkgutil import resolve_name
from typing import NamedTuple

import pytest
from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.sessions.backends import cached_db
from django.db import connection
from django.forms.utils import ErrorDict
from django.http import HttpResponse
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe
from modeltranslation.translator import translator

from goals.models import Goal

ROOT = settings.BASE_DIR
PAGE = "docs/upgrading.md"
FOLDERS = [
    *tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"],
    "benchmarks",
    "scripts",
]
# A row of the tables: library, names, files, purpose, what to look at.
ROW = re.compile(r"^\| [\w-]+ \| ([^|]+) \| ([^|]+) \| [^|]+ \| [^|]+ \|$", re.MULTILINE)
QUOTED = re.compile(r"`([^`]+)`")
ANY_PRIVATE_NAME = re.compile(r"_(?!_)\w+")
# Names with an underscore that their documentation describes.
DOCUMENTED = {
    *("_meta", "_base_manager", "_default_manager", "_state"),  # a model of Django
    "_save",  # a storage of Django
    *("_asdict", "_fields", "_replace"),  # a named tuple
}
# Attributes that the portal sets on records.
OWN = {"_dependents_before", "_last_state"}


class PrivateName(NamedTuple):
    """A name of a dependency: a function with its parameters, or an attribute with its type.

    `place` is the module and the object in it. `read` returns what no import reaches, such as the
    attribute of an instance.
    """

    place: str
    parameters: str | None = None
    kind: type | None = None
    read: Callable | None = None

    @property
    def name(self):
        return self.place.partition(":")[2]


def view(request):
    return HttpResponse()


def validated_form():
    form = forms.Form({})
    form.full_clean()
    return form


def validated_formset():
    formset = forms.formset_factory(forms.Form)()
    formset.is_valid()
    len(formset.forms)
    return formset


PRIVATE_NAMES = [
    # Django: forms
    PrivateName("django.forms.forms:BaseForm._clean_form", "self"),
    PrivateName("django.forms.forms:BaseForm._widget_data_value", "self, widget, html_name"),
    PrivateName(
        "django.forms.forms:BaseForm._errors",
        kind=ErrorDict,
        read=lambda: validated_form()._errors,
    ),
    PrivateName("django.forms.models:BaseModelForm._post_clean", "self"),
    PrivateName("django.forms.models:BaseModelForm._get_validation_exclusions", "self"),
    PrivateName("django.forms.models:BaseModelForm._update_errors", "self, errors"),
    PrivateName("django.forms.models:BaseModelForm._save_m2m", "self"),
    PrivateName("django.forms.models:BaseModelFormSet._construct_form", "self, i, **kwargs"),
    PrivateName("django.forms.models:BaseInlineFormSet._construct_form", "self, i, **kwargs"),
    PrivateName("django.forms.formsets:BaseFormSet._should_delete_form", "self, form"),
    PrivateName(
        "django.forms.formsets:BaseFormSet.forms",
        kind=list,
        read=lambda: vars(validated_formset())["forms"],
    ),
    # Django: the administration
    PrivateName(
        "django.contrib.admin:ModelAdmin._changeform_view",
        "self, request, object_id, form_url, extra_context",
    ),
    PrivateName(
        "django.contrib.admin:ModelAdmin._get_obj_does_not_exist_redirect",
        "self, request, opts, object_id",
    ),
    PrivateName(
        "django.contrib.admin:AdminSite._registry", kind=dict, read=lambda: AdminSite()._registry
    ),
    PrivateName(
        "django.contrib.admin.widgets:AutocompleteSelect.optgroups", "self, name, value, attr"
    ),
    PrivateName("django.contrib.admin.widgets:AutocompleteSelect.get_url", "self"),
    PrivateName(
        "django.contrib.admin.views.autocomplete:AutocompleteJsonView.process_request",
        "self, request",
    ),
    PrivateName(
        "django.contrib.admin.views.autocomplete:AutocompleteJsonView.serialize_result",
        "self, obj, to_field_name",
    ),
    # Django: the database
    PrivateName("django.db.models:QuerySet._raw_delete", "self, using"),
    PrivateName(
        "django.db.models.base:ModelState.fields_cache",
        kind=dict,
        read=lambda: Goal()._state.fields_cache,
    ),
    PrivateName(
        "django.db.backends.base.base:BaseDatabaseWrapper.execute_wrappers",
        kind=list,
        read=lambda: connection.execute_wrappers,
    ),
    # Django: requests, sessions, translations
    PrivateName(
        "django.middleware.csp:HttpResponse._csp_config",
        kind=dict,
        read=lambda: csp_override({"default-src": []})(view)(None)._csp_config,
    ),
    PrivateName(
        "django.views.decorators.http:require_http_methods.request_method_list",
        kind=list,
        read=lambda: getclosurevars(require_safe(view)).nonlocals["request_method_list"],
    ),
    PrivateName(
        "django.contrib.sessions.backends.cached_db:SessionStore._cache",
        kind=object,
        read=lambda: cached_db.SessionStore()._cache,
    ),
    PrivateName("django.contrib.messages.storage.cookie:CookieStorage.cookie_name", kind=str),
    PrivateName(
        "django.contrib.messages.storage.fallback:FallbackStorage.storage_classes", kind=tuple
    ),
    PrivateName("django.utils.translation:_trans.gettext", "message"),
    PrivateName("django.utils.translation:_trans.ngettext", "singular, plural, number"),
    PrivateName("django.utils.translation:_trans.pgettext", "context, message"),
    PrivateName("django.utils.translation:_trans.npgettext", "context, singular, plural, number"),
    # django-allauth
    PrivateName(
        "allauth.account.internal.flows.login:AUTHENTICATION_METHODS_SESSION_KEY", kind=str
    ),
    PrivateName(
        "allauth.account.internal.flows.login:_AUTHENTICATION_METHODS_USER_SESSION_KEY", kind=str
    ),
    PrivateName(
        "allauth.account.internal.flows.login:record_authentication",
        "request, user, method, **extra_data",
    ),
    PrivateName("allauth.account.authentication:get_authentication_records", "request, user"),
    PrivateName("allauth.usersessions.internal.flows.sessions:end_other_sessions", "request, user"),
    PrivateName(
        "allauth.core.internal:ratelimit.consume",
        "request, app, action, config, key, user, dry_run, limit_get, raise_exception",
    ),
    PrivateName("allauth.core.internal:ratelimit.clear", "request, app, action, config, key, user"),
    PrivateName(
        "allauth.socialaccount.providers.openid_connect.views:"
        "OpenIDConnectOAuth2Adapter._decode_id_token",
        "self, app, id_token",
    ),
    PrivateName(
        "allauth.socialaccount.internal:jwtkit.verify_and_decode",
        "credential, keys_url, issuer, audience, lookup_kid, verify_signature",
    ),
    PrivateName("allauth.socialaccount.internal:jwtkit.lookup_kid_jwk", "keys_data, kid"),
    PrivateName("allauth.mfa.webauthn.internal.auth:begin_registration", "user, passwordless"),
    PrivateName("allauth.mfa.totp.internal.auth:TOTP", "instance"),
    PrivateName("allauth.mfa.totp.internal.auth:TOTP._mark_code_used", "self, code"),
    PrivateName("allauth.mfa.adapter:DefaultMFAAdapter._get_site_name", "self"),
    PrivateName("allauth.mfa.adapter:DefaultMFAAdapter.validation_error", "self, code, *args"),
    PrivateName(
        "allauth.account.adapter:DefaultAccountAdapter.validation_error", "self, code, *args"
    ),
    # django-modeltranslation
    PrivateName("modeltranslation.translator:Translator.get_registered_models", "self, abstract"),
    PrivateName("modeltranslation.translator:Translator.get_options_for_model", "self, model"),
    PrivateName(
        "modeltranslation.translator:TranslationOptions.all_fields",
        kind=dict,
        read=lambda: translator.get_options_for_model(Goal).all_fields,
    ),
    PrivateName(
        "modeltranslation.fields:TranslationField.language",
        kind=str,
        read=lambda: Goal._meta.get_field("title_en").language,
    ),
    # prometheus-client
    PrivateName("prometheus_client.values:ValueClass", kind=type),
    PrivateName("prometheus_client.values:MutexValue._multiprocess", kind=bool),
    PrivateName(
        "prometheus_client.multiprocess:MultiProcessCollector._accumulate_metrics",
        "metrics, accumulate",
    ),
    # Granian
    PrivateName("granian.server:MPServer._serve_loop", "self, spawn_target, target_loader"),
    PrivateName("granian.server:MPServer._reload", "self, spawn_target, target_loader"),
    PrivateName("granian.server:MPServer._spawn_worker", "self, idx, target, callback_loader"),
    PrivateName("granian.server:MPServer._stop_workers", "self"),
    PrivateName("granian._internal:load_target", "target, wd, factory"),
    # Only in tests and benchmarks
    PrivateName("django.db.backends.base.base:BaseDatabaseWrapper._nodb_cursor", "self"),
    PrivateName("django.test:Client._login", kind=Callable),  # tests/conftest.py replaces it
    PrivateName("allauth.mfa.totp.internal.auth:hotp_value", "secret, counter"),
    PrivateName("allauth.mfa.totp.internal.auth:format_hotp_value", "value"),
    PrivateName("allauth.mfa.totp.internal.auth:yield_hotp_counters_from_time", ""),
]


@pytest.mark.parametrize("entry", PRIVATE_NAMES, ids=lambda entry: entry.place)
def test_private_name_is_as_the_portal_uses_it(entry):
    advice = f"{entry.place} is not what the portal relies on: see {PAGE}."
    try:
        found = entry.read() if entry.read else resolve_name(entry.place)
    except (ImportError, AttributeError, KeyError) as error:
        pytest.fail(f"{advice} {error!r}")

    if entry.kind:
        assert isinstance(found, entry.kind), advice
    else:
        assert parameter_names(found) == entry.parameters, advice


def parameter_names(function):
    """Return the names of the parameters of a function, as in "self, name, **options"."""
    parameters = signature(function).parameters.values()
    return ", ".join(re.match(r"\**\w+", str(parameter))[0] for parameter in parameters)


def test_cache_of_sessions_has_the_methods_that_django_calls():
    called = set(re.findall(r"self\._cache\.(\w+)\(", getsource(cached_db)))

    asynchronous = {"aget", "aset", "adelete"}  # the portal has no asynchronous views
    assert called - asynchronous == {"get", "set", "delete"}, f"See {PAGE}."


def test_page_on_upgrading_lists_each_private_name_with_the_files_that_use_it():
    rows = [map(QUOTED.findall, row) for row in ROW.findall((ROOT / PAGE).read_text())]
    files_by_name = {name: files for names, files in rows for name in names}

    assert sorted(files_by_name) == sorted(entry.name for entry in PRIVATE_NAMES)
    for name, files in files_by_name.items():
        for path in files:
            code = (ROOT / path).read_text(encoding="utf-8")
            assert re.search(rf"\b{name.rpartition('.')[2]}\b", code), f"{path} has no {name}."


def test_code_uses_no_other_private_names():
    listed = {part for entry in PRIVATE_NAMES for part in entry.name.split(".")}
    others = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, name in private_names(ast.parse(path.read_text(encoding="utf-8")))
        if name not in listed | DOCUMENTED | OWN
    ]
    assert not others, f"List them in {PAGE} and in PRIVATE_NAMES, or use a documented name."


def test_private_names_are_found_in_every_form():
    code = """
from allauth.account.internal.flows import login
from django.utils.translation import gettext as _, _trans
import django.utils._os
if TYPE_CHECKING:
    from _typeshed import Incomplete
    from django.utils.functional import _StrPromise
class Form(forms.Form):
    _prefix = ""
    def _clean_form(self):
        super()._clean_form()
        self._errors = getattr(self, "_bound", None) or self.__dict__.pop("_hidden")
        self.__class__, _("text"), _local()
"""
    assert {name for _, name in private_names(ast.parse(code))} == {
        *("login", "_trans", "django.utils._os"),
        *("_prefix", "_clean_form", "_errors", "_bound", "_hidden"),
    }


def private_names(tree):
    """Yield the line and the name of each use of a private name in a module.

    These are attributes, names given to getattr() and the like, methods and attributes of classes,
    and imports, also of any name from a module with `internal` in its path. Private functions of
    the module itself are left out, and so are imports for the types alone, which never run.
    """
    for node in ast.walk(RunningCode().visit(tree)):
        if isinstance(node, ast.ImportFrom) and is_internal(node.module or ""):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if is_internal(alias.name)]
        else:
            names = filter(ANY_PRIVATE_NAME.fullmatch, possible_names(node))
        yield from ((node.lineno, name) for name in names)


class RunningCode(ast.NodeTransformer):
    """Removes what stands under `if TYPE_CHECKING:`."""

    def visit_If(self, node):
        is_for_types = ast.unparse(node.test).endswith("TYPE_CHECKING")
        return node.orelse if is_for_types else self.generic_visit(node)


def is_internal(module):
    """Whether a part of the path of a module says that it is private."""
    return any(part == "internal" or ANY_PRIVATE_NAME.fullmatch(part) for part in module.split("."))


def possible_names(node):
    """Yield the names of attributes and imports in a node of a syntax tree, private or not."""
    match node:
        case ast.Attribute(attr=name):
            yield name
        case ast.ImportFrom(names=names):
            yield from (alias.name for alias in names)
        case ast.ClassDef(body=body):
            for statement in body:
                if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield statement.name
                elif isinstance(statement, ast.Assign | ast.AnnAssign):
                    targets = getattr(statement, "targets", None) or [statement.target]
                    yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.Call(
            func=ast.Name(id="getattr" | "setattr" | "hasattr" | "delattr"),
            args=[_, ast.Constant(value=str(name)), *_],
        ):
            yield name
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(attr="__dict__")),
            args=[ast.Constant(value=str(name)), *_],
        ):
            yield name
