"""Every address of the portal. Each app owns its own; names are `app:name`."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

handler500 = "apps.core.problems.server_error"
handler429 = "apps.accounts.limits.too_many_tries"

urlpatterns = [
    path("accounts/", include("apps.accounts.urls")),  # before allauth's, some of which it replaces
    path("accounts/", include("apps.agencies.sso_urls")),  # in place of allauth's, which check less
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("apps.api.urls")),
    path("mail/", include("apps.notifications.urls")),
    path("texts/", include("apps.texting.urls")),
    path("t/", include("apps.links.short")),
    path("links/", include("apps.links.urls")),
    path("policy-reports/", include("apps.policy_reports.urls")),
    path("tiles/", include("apps.streets.urls")),
    path("witness/", include("apps.witness.urls")),
    path("wall/", include("apps.staff.calls.wall")),
    path("canvass/", include("apps.staff.canvass.urls")),
    path("i/", include("apps.web.requests.urls")),
    path("owners/", include("apps.web.prospects.urls")),
    path("", include("apps.health.urls")),
    path("", include("apps.web.evidence.urls")),
    path("", include("apps.web.urls")),
]

if settings.DEMO or settings.PRACTICE:
    urlpatterns.insert(0, path("demo/", include("apps.demo.urls")))
