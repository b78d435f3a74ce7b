"""What is kept about the staff's lists: how somebody wants to see one again, and who exported one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, RequestKeyed


class ListView(PublicModel, RequestKeyed):
    """A list with filters, search, columns and order, under a name: one person's own, or shared within an agency."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    listed = models.CharField(_("list"), max_length=80, help_text=_("The label of its model."))
    name = models.CharField(_("name"), max_length=40)
    shared = models.BooleanField(_("shared"), help_text=_("Everybody of the agency who sees the list sees the view."))
    filters = models.JSONField(_("filters"), default=dict, help_text=_("By name, each with its values."))
    search = EncryptedTextField(_("search"), blank=True)
    columns = models.JSONField(_("columns"), default=list)
    order = models.JSONField(_("order"), default=list, help_text=_("Names of columns, with - for the other way."))

    class Meta:
        verbose_name = _("view of a list")
        verbose_name_plural = _("views of lists")
        constraints = [
            models.UniqueConstraint(fields=["agency", "listed", "author", "name"], name="list_view_name_once"),
            models.UniqueConstraint(
                fields=["agency", "listed", "name"], condition=models.Q(shared=True), name="list_view_shared_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListExport(PublicModel):
    """Somebody took rows of a list out of the portal. It says which and how many, never what was in them."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    listed = models.CharField(_("list"), max_length=80, help_text=_("The label of its model."))
    filters = models.JSONField(_("filters"), default=list, help_text=_("Their names, never what was searched for."))
    columns = models.JSONField(_("columns"), default=list)
    rows = models.PositiveIntegerField(_("rows"))
    capped = models.BooleanField(_("cut off"), help_text=_("The list had more rows than one export takes."))
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("export of a list")
        verbose_name_plural = _("exports of lists")

    def __str__(self) -> str:
        return f"{self.listed}: {self.rows}"
