"""Kinds of layers, what a feature says of itself, and what becomes of a load."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LayerKind(models.TextChoices):
    SAFETY = "safety", _("public safety cameras")
    TRAFFIC = "traffic", _("traffic cameras")
    LPR = "lpr", _("license plate reader sites")
    SENSOR = "sensor", _("sensors")
    ALERT = "alert", _("alerts")
    EVENT = "event", _("routes, closures and areas")


#: Kinds whose features see something: they are named beside a call.
CAMERAS = (LayerKind.SAFETY, LayerKind.TRAFFIC)


class Geometry(models.TextChoices):
    POINT = "point", pgettext_lazy("shape on a map", "point")
    LINE = "line", pgettext_lazy("shape on a map", "line")
    AREA = "area", pgettext_lazy("shape on a map", "area")


class FeatureStatus(models.TextChoices):
    ACTIVE = "active", pgettext_lazy("feature of a layer", "active")
    INACTIVE = "inactive", pgettext_lazy("feature of a layer", "not active")
    UNKNOWN = "unknown", pgettext_lazy("feature of a layer", "not known")


class LoadState(models.TextChoices):
    OFFERED = "offered", pgettext_lazy("load of a layer", "waits for a decision")
    APPLIED = "applied", pgettext_lazy("load of a layer", "on the map")
    DROPPED = "dropped", pgettext_lazy("load of a layer", "dropped")
