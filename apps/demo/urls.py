"""The demo's page."""

from django.urls import path

from apps.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.page, name="page"),
    path("codes/", views.present_codes, name="codes"),
    path("letters/<str:name>/", views.letter, name="letter"),
]
