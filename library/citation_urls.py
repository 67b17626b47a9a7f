"""The pages below /cite/; `address` is a code with hyphens, such as GPG-1.3."""

from django.urls import path

from library import citation_views as views

app_name = "citations"
urlpatterns = [
    path("<str:address>/", views.cite, name="cite"),
    path("<str:address>/<slug:language>.<slug:file_format>", views.download, name="download"),
]
