"""The front page, language and the way in."""

from django.urls import path

from apps.web.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start, name="start"),
    path("language/", views.choose_language, name="language"),
]
