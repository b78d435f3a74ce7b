"""The verbs of a request. Each is one transaction with one ledger entry; who may not is told before what is wrong."""

from apps.footage_requests.services.again import ask_again
from apps.footage_requests.services.answering import AnswerGiven, answer_matches
from apps.footage_requests.services.camera_access import CameraSeen, access_cameras
from apps.footage_requests.services.clock_checking import check_asked_clock
from apps.footage_requests.services.counting import PartnerCount, count_partners
from apps.footage_requests.services.deciding import approve_request, return_request
from apps.footage_requests.services.drafting import draft_request, recall_request, submit_request, update_request
from apps.footage_requests.services.ending import close_request, expire_request, withdraw_request
from apps.footage_requests.services.from_call import prepare_request
from apps.footage_requests.services.incident_types import set_incident_types
from apps.footage_requests.services.inviting import (
    record_sent,
    remind_invitation,
    renew_for_remaining,
    renew_invitation,
    revoke_invitation,
)
from apps.footage_requests.services.keeping import keep_footage
from apps.footage_requests.services.kinds import allow_kind_again
from apps.footage_requests.services.narrowing import SmallerArea, propose_smaller_area
from apps.footage_requests.services.ready_texts import set_ready_texts
from apps.footage_requests.services.taking_out import take_out_match
from apps.footage_requests.services.unfinished import (
    discard_kept_form,
    forget_kept_forms,
    keep_form,
    restore_kept_form,
)
from apps.footage_requests.services.urgent import review_urgent, send_urgent

__all__ = [
    "AnswerGiven",
    "CameraSeen",
    "PartnerCount",
    "SmallerArea",
    "access_cameras",
    "allow_kind_again",
    "answer_matches",
    "approve_request",
    "ask_again",
    "check_asked_clock",
    "close_request",
    "count_partners",
    "discard_kept_form",
    "draft_request",
    "expire_request",
    "forget_kept_forms",
    "keep_footage",
    "keep_form",
    "prepare_request",
    "propose_smaller_area",
    "recall_request",
    "record_sent",
    "remind_invitation",
    "renew_for_remaining",
    "renew_invitation",
    "restore_kept_form",
    "return_request",
    "review_urgent",
    "revoke_invitation",
    "send_urgent",
    "set_incident_types",
    "set_ready_texts",
    "submit_request",
    "take_out_match",
    "update_request",
    "withdraw_request",
]
