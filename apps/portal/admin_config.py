"""Makes the portal's AdminSite the default one, so that `@admin.register` in each app reaches it."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "apps.portal.admin_site.PortalAdminSite"
