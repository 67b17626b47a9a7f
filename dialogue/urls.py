"""The pages below /dialogue/."""

from django.urls import path

from dialogue import views

app_name = "dialogue"
urlpatterns = [
    path("", views.dialogue_home, name="home"),
    path("rounds/<int:year>/", views.round_detail, name="round"),
]
