"""Makes the staff's site the default one of Django's admin, so that `@admin.register` reaches it."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "apps.staff.site.PortalAdminSite"
