"""The short address of text messages: `/t/#CODE`."""

from django.urls import path

from apps.links import views

app_name = "short"
urlpatterns = [path("", views.short, name="code")]
