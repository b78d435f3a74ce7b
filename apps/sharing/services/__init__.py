"""The verbs of sharing."""

from apps.sharing.services.ending import extend_grant, revoke_grant
from apps.sharing.services.folders import add_later_items
from apps.sharing.services.giving import give_grant
from apps.sharing.services.looking import open_shared, save_shared

__all__ = ["add_later_items", "extend_grant", "give_grant", "open_shared", "revoke_grant", "save_shared"]
