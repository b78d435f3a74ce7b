"""Pages of people who were entered by others, below /owners/."""

from django.urls import path

from apps.web.prospects import views

app_name = "prospects"
urlpatterns = [
    path("<uuid:public_id>/", views.owner, name="owner"),
    path("<uuid:public_id>/remove/", views.remove, name="remove"),
]
