from django.urls import path

from library import citation_views as views

app_name = "citations"
urlpatterns = [
    path("<str:address>/", views.cite, name="cite"),
    path("<str:address>/<slug:language>.<slug:file_format>", views.download, name="download"),
]
