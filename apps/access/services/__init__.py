"""The verbs of access: open a purpose, record what it opened, ask a supervisor for places and decide about it."""

from apps.access.services.asking import agree_to_places, ask_for_places, expire_asks, refuse_places
from apps.access.services.delaying import delay_telling, end_delay
from apps.access.services.purposes import REASON_MAX, REASON_MIN, open_purpose, record_access
from apps.access.services.rebuilding import Rebuilt, rebuild_access_events

__all__ = [
    "REASON_MAX",
    "REASON_MIN",
    "Rebuilt",
    "agree_to_places",
    "ask_for_places",
    "delay_telling",
    "end_delay",
    "expire_asks",
    "open_purpose",
    "rebuild_access_events",
    "record_access",
    "refuse_places",
]
