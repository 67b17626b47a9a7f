"""The pages below /glossary/."""

from django.urls import path

from library.glossary import views

app_name = "glossary"
urlpatterns = [
    path("", views.term_list, name="list"),
    path("<slug:slug>/", views.term_detail, name="detail"),
]
