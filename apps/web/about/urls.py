"""Pages about the program that stand in every footer."""

from django.urls import path

from apps.web.about import views

urlpatterns = [
    path("check/", views.check, name="check"),
    path("contact/", views.contact, name="contact"),
    path("help/", views.page, {"name": "help"}, name="help"),
    path("help/after/", views.page, {"name": "after"}, name="after"),
    path("privacy/", views.page, {"name": "privacy"}, name="privacy"),
    path("accessibility/", views.page, {"name": "accessibility"}, name="accessibility"),
]
