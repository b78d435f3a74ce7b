"""Sites and cameras, and jobs that go through all of them."""

from apps.cameras.models.checks import CameraCheck
from apps.cameras.models.register import (
    Camera,
    CameraDraft,
    CameraPlace,
    CameraView,
    CatalogEntry,
    CatalogKind,
    Confirmation,
    Conformance,
    MemberSite,
    Site,
    SiteWord,
)
from apps.cameras.models.runs import CameraPair, Evaluation, RegisterRun, Rezoning

__all__ = [
    "Camera",
    "CameraCheck",
    "CameraDraft",
    "CameraPair",
    "CameraPlace",
    "CameraView",
    "CatalogEntry",
    "CatalogKind",
    "Confirmation",
    "Conformance",
    "Evaluation",
    "MemberSite",
    "RegisterRun",
    "Rezoning",
    "Site",
    "SiteWord",
]
