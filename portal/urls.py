"""URL configuration: pages are under the code of a language, addresses for programs are not."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import JavaScriptCatalog

from accounts import views as account_views
from portal import machine_views, search_views, sitemaps, status_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("id/<str:address>", views.code, name="code"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap_part, name="sitemap_part"),
    path("favicon.ico", machine_views.favicon),
    path("robots.txt", machine_views.robots, name="robots"),
    path(".well-known/security.txt", machine_views.security_txt, name="security_txt"),
    path("service-worker.js", machine_views.service_worker, name="service_worker"),
    path("healthz", machine_views.healthz, name="healthz"),
    path("readyz", machine_views.readyz, name="readyz"),
    path("metrics", machine_views.metrics, name="metrics"),
    # A provider of single sign-on knows one address of the portal, whatever the language.
    path(
        "account/<slug:provider_id>/login/",
        account_views.provider_login,
        name="openid_connect_login",
    ),
    path(
        "account/<slug:provider_id>/callback/",
        account_views.provider_callback,
        name="openid_connect_callback",
    ),
]
administration = [
    # The admin's own pages for signing in are not used.
    path("login/", account_views.admin_login),
    path("logout/", account_views.logout),
    path("password_change/", account_views.change_password),
    # At the address that the admin uses, with the portal's message catalogue beside Django's.
    path("jsi18n/", JavaScriptCatalog.as_view()),
    path("status/", status_views.status, name="status"),
    path("", admin.site.urls),
]
urlpatterns += i18n_patterns(
    path("", views.home, name="home"),
    path("goals/", include("goals.urls")),
    path("themes/", include("crosscutting.urls")),
    path("sdgs/", include("sdg_links.urls")),
    path("dialogue/", include("dialogue.urls")),
    path("library/", include("library.urls")),
    path("glossary/", include("library.glossary.urls")),
    path("search/", search_views.search, name="search"),
    path("search/suggestions/", search_views.suggestions, name="suggestions"),
    path("parity/", views.parity, name="parity"),
    path("brief/", views.brief, name="brief"),
    path("cite/", include("library.citation_urls")),
    path("help/<slug:name>/", views.help_detail, name="help"),
    path("offline/", views.offline, name="offline"),
    path("account/", include("accounts.urls")),
    path(f"{settings.ADMIN_PATH}/", include(administration)),
)

handler400 = "portal.request_limits.bad_request"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
