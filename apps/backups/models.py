"""When each part of the backups was last whole. The portal's pages and its alarms read it on every computer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Part(models.TextChoices):
    """What can be late by itself."""

    DATABASE = "database", _("Last backup of the database")
    LOG = "log", _("PostgreSQL's log is kept elsewhere through")
    FILES = "files", _("Evidence and files are copied through")
    BUCKET = "bucket", _("The bucket of backups has all through")
    DRILL = "drill", _("Last drill of a restore")


class Kept(models.Model):
    """One part, and the time through which it is known to be whole. Its rows are never more than its parts."""

    part = models.CharField(_("part"), max_length=16, choices=Part.choices, unique=True)
    through = models.DateTimeField(_("through"), help_text=_("UTC. What was committed before is in it."))

    class Meta:
        verbose_name = _("age of a backup")
        verbose_name_plural = _("ages of backups")

    def __str__(self) -> str:
        return self.part
