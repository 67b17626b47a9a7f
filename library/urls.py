"""The pages below /library/."""

from django.urls import path

from library import views

app_name = "library"
urlpatterns = [
    path("", views.library_home, name="home"),
    path("documents/<slug:slug>/", views.document_detail, name="document"),
    path("articles/<slug:slug>/", views.article_detail, name="article"),
]
