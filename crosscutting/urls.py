"""The pages below /themes/."""

from django.urls import path

from crosscutting import views

app_name = "crosscutting"
urlpatterns = [
    path("", views.theme_list, name="list"),
    path("<slug:slug>/", views.theme_detail, name="detail"),
]
