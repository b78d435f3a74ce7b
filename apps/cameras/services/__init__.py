"""Acts on sites and cameras. Other apps import them from here."""

from apps.cameras.services.catalog import load_catalog, save_catalog_entry
from apps.cameras.services.checking import check_camera
from apps.cameras.services.confirmation import (
    ask_for_confirmation,
    confirm_cameras,
    report_changes,
    sweep_confirmations,
)
from apps.cameras.services.drafts import discard_camera_draft, draft_values, forget_camera_drafts, save_camera_draft
from apps.cameras.services.duplicates import mark_not_same, retire_duplicate
from apps.cameras.services.evaluation import evaluate_cameras, retry_evaluation
from apps.cameras.services.guard import hold_cameras
from apps.cameras.services.members import set_member_sites
from apps.cameras.services.moving import settle_move
from apps.cameras.services.naming import index_names
from apps.cameras.services.photos import remove_camera_view, save_camera_view
from apps.cameras.services.registration import (
    register_camera,
    update_camera,
    withdraw_camera,
)
from apps.cameras.services.replacing import replace_camera
from apps.cameras.services.review import approve_camera, approve_from_list, retire_camera, return_camera
from apps.cameras.services.rezoning import rezone_cameras, start_rezoning_if_needed
from apps.cameras.services.sites import add_site, close_site, update_site
from apps.cameras.services.telling_owners import cameras_looked_at, partners_to_tell, tell_owners_of_looks

__all__ = [
    "add_site",
    "approve_camera",
    "approve_from_list",
    "ask_for_confirmation",
    "cameras_looked_at",
    "check_camera",
    "close_site",
    "confirm_cameras",
    "discard_camera_draft",
    "draft_values",
    "evaluate_cameras",
    "forget_camera_drafts",
    "hold_cameras",
    "index_names",
    "load_catalog",
    "mark_not_same",
    "partners_to_tell",
    "register_camera",
    "remove_camera_view",
    "replace_camera",
    "report_changes",
    "retire_camera",
    "retire_duplicate",
    "retry_evaluation",
    "return_camera",
    "rezone_cameras",
    "save_camera_draft",
    "save_camera_view",
    "save_catalog_entry",
    "set_member_sites",
    "settle_move",
    "start_rezoning_if_needed",
    "sweep_confirmations",
    "tell_owners_of_looks",
    "update_camera",
    "update_site",
    "withdraw_camera",
]
