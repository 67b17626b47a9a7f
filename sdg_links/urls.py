"""The pages below /sdgs/."""

from django.urls import path

from sdg_links import views

app_name = "sdg_links"
urlpatterns = [
    path("", views.sdg_list, name="list"),
    path("matrix/", views.sdg_matrix, name="matrix"),
    path("<int:number>/", views.sdg_detail, name="detail"),
]
