"""Where the provider of text messages tells what came in."""

from django.urls import path

from apps.texting import views

app_name = "texting"
urlpatterns = [path("inbound/", views.inbound, name="inbound")]
