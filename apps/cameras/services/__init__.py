"""Acts on sites, cameras and specifications. Other apps import them from here."""

from apps.cameras.services.registration import (
    register_camera,
    update_camera,
    withdraw_camera,
)
from apps.cameras.services.review import approve_camera, retire_camera, return_camera
from apps.cameras.services.sites import add_site, update_site
from apps.cameras.services.specification import publish_specification

__all__ = [
    "add_site",
    "approve_camera",
    "publish_specification",
    "register_camera",
    "retire_camera",
    "return_camera",
    "update_camera",
    "update_site",
    "withdraw_camera",
]
