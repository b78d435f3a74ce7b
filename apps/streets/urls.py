"""Where the tiles are."""

from django.urls import path

from apps.streets import views

app_name = "streets"
urlpatterns = [
    path("", views.about, name="about"),
    path("<int:zoom>/<int:x>/<int:y>", views.tile, name="tile"),
]
