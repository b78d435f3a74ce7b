"""The front page, language and the way in."""

from django.urls import path

from apps.web.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start, name="start"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("language/", views.choose_language, name="language"),
]
