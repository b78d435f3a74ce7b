"""Addresses of partners' and public pages, a module for each subject."""

from django.urls import include, path

from apps.web.requests import views as requests

app_name = "web"
urlpatterns = [
    path("", include("apps.web.about.urls")),
    path("", include("apps.web.account.urls")),
    path("", include("apps.web.associations.urls")),
    path("", include("apps.web.cameras.urls")),
    path("", include("apps.web.checks.urls")),
    path("", include("apps.web.confirmation.urls")),
    path("", include("apps.web.consent.urls")),
    path("", include("apps.web.home.urls")),
    path("", include("apps.web.imports.urls")),
    path("", include("apps.web.joining.urls")),
    path("", include("apps.web.kit.urls")),
    path("", include("apps.web.ledger.urls")),
    path("", include("apps.web.letterhead.urls")),
    path("", include("apps.web.members.urls")),
    path("", include("apps.web.passing_on.urls")),
    path("", include("apps.web.program.urls")),
    path("", include("apps.web.sharing.urls")),
    path("", include("apps.web.sites.urls")),
    path("", include("apps.web.staff_setup.urls")),
    path("", include("apps.web.terms.urls")),
    path("requests/", requests.asked, name="requests"),
    path("given/", requests.given, name="given"),
]
