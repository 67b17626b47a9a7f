"""The pages below /library/."""

from django.urls import path

from library import concordance_views, views

app_name = "library"
urlpatterns = [
    path("", views.library_home, name="home"),
    path("documents/<slug:slug>/", views.document_detail, name="document"),
    path("documents/<slug:slug>/concordance/", concordance_views.concordance, name="concordance"),
    path("articles/<slug:slug>/", views.article_detail, name="article"),
]
