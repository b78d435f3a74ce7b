"""Every verb that locks rows, and how it is called on the shared world. A new verb is added here; a test says so."""

from __future__ import annotations

import uuid
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.access.services import agree_to_places, ask_for_places, delay_telling, end_delay, refuse_places
from apps.accounts import closing as accounts
from apps.agencies import staff_services
from apps.agencies.days import today_in
from apps.agencies.features import set_features
from apps.agencies.founding import AgencyDetails, set_agency_details
from apps.agencies.request_limits import set_request_limits
from apps.agencies.rule_drafts import discard_rule_draft, save_rule_draft
from apps.agencies.services import set_case_mask, set_sound_in_copies
from apps.agencies.training import set_training_months
from apps.agencies.zones import ZonePlan, load_zones
from apps.agreements.services import end_agreement
from apps.cameras import services as cameras
from apps.cameras.services import confirmation, erasing
from apps.cameras.services.checking import Stated
from apps.cameras.services.rezoning import start_rezoning_if_needed
from apps.cases import services as cases
from apps.conversations import services as conversations
from apps.disclosure import services as disclosure
from apps.disclosure.services import export_asking as exports
from apps.disclosure.services import export_deciding as deciding
from apps.disclosure.services.export_building import build_export
from apps.disclosure.services.export_taking import open_package
from apps.disclosure.services.export_trying import stop_dead_exports
from apps.disclosure.services.searching import Wanted
from apps.evidence.handover_signature import Signature
from apps.evidence.services import (
    contacts,
    handovers,
    holds,
    intake,
    pieces,
    removal,
    restriction,
    sender_notes,
    triage,
)
from apps.footage_requests import services as requests
from apps.footage_requests.incident_types import FIRST, Given
from apps.footage_requests.ready_texts import FIRST as READY
from apps.footage_requests.ready_texts import GivenText
from apps.footage_requests.services.erasing import erase_answers
from apps.imports import services as imports
from apps.letterhead.services import place_first_seal, publish_letterhead
from apps.notifications.erasing import erase_messages
from apps.notifications.sending import announce_sent
from apps.notifications.services import Wish, choose_telling
from apps.partners import services as partners
from apps.partners.services.erasing import erase_partner
from apps.privacy import closing
from apps.prospects import services as prospects
from apps.prospects.services import Answer, Entered, enter_at_meeting
from apps.retention.services import (
    approve_disposition,
    propose_disposition,
    publish_schedule,
    refuse_disposition,
)
from apps.retention.services.scheduling import Given as GivenRule
from apps.sharing import services as sharing
from apps.specifications import services as specifications
from apps.terms import services as terms
from apps.uploads.services import finish_upload, tell_length
from tests.factories.footage_requests import content
from tests.factories.pictures import seal
from tests.locking.table import (
    VERBS,
    by_asker,
    by_author,
    by_owner,
    by_supervisor,
    renew_links_of,
    review,
    verb,
)
from tests.locking.world import SYSTEM, TEXTS, World, upload_of_rows

FAR_OFF = [[-85.0, 30.0], [-84.9, 30.0], [-84.9, 30.1], [-85.0, 30.0]]

# Cameras, by their owners
verb(
    cameras.register_camera,
    lambda w: {"site": w.site, "details": w.details(w.camera), "request_key": uuid.uuid4()} | by_owner(w),
)
verb(
    cameras.update_camera,
    lambda w: {"camera": w.camera, "version": w.camera.version, "details": w.details(w.camera)} | by_owner(w),
)
verb(cameras.withdraw_camera, lambda w: {"camera": w.camera, "version": w.camera.version} | by_owner(w))
verb(
    cameras.replace_camera,
    lambda w: (
        {
            "camera": w.camera,
            "version": w.camera.version,
            "details": w.details(w.camera),
            "request_key": uuid.uuid4(),
        }
        | by_owner(w)
    ),
)
verb(cameras.settle_move, lambda w: {"partner": w.partner, "stayed": True} | by_owner(w))
verb(
    cameras.check_camera,
    lambda w: {"camera": w.camera, "stated": Stated(hangs="yes"), "request_key": uuid.uuid4()} | by_owner(w),
)
verb(cameras.confirm_cameras, lambda w: {"partner": w.partner} | by_owner(w))
verb(
    cameras.report_changes,
    lambda w: {"partner": w.partner, "changes": {w.twin.public_id: "moved", w.camera.public_id: "gone"}} | by_owner(w),
)
verb(cameras.remove_camera_view, lambda w: {"camera": w.camera} | by_owner(w))
verb(cameras.add_site, lambda w: {"partner": w.partner, "name": "Barn", "request_key": None} | by_owner(w))
verb(cameras.update_site, lambda w: {"site": w.site, "name": "House", "address": "2 Main Street"} | by_owner(w))
verb(cameras.close_site, lambda w: {"site": w.site, "with_cameras": True} | by_owner(w))
verb(
    cameras.save_camera_draft,
    lambda w: {"user": w.owner, "partner": w.partner, "form": "new", "values": {"name": "x"}, "version": 0},
)

# Cameras, by staff and by the clock
verb(cameras.approve_camera, lambda w: review(w, w.pending))
verb(cameras.return_camera, lambda w: review(w, w.camera) | {"reason": "It looks into a window."})
verb(cameras.retire_camera, lambda w: review(w, w.camera) | {"reason": "It is gone."})
verb(
    cameras.mark_not_same,
    lambda w: {"camera": w.twin, "other": w.camera, "purpose": w.purpose, "user": w.manager},
)
verb(cameras.retire_duplicate, lambda w: review(w, w.twin) | {"kept": w.camera})
verb(confirmation.ask_for_confirmation, lambda w: {"partner": w.partner, "actor": SYSTEM})
verb(confirmation.remind_of_confirmation, lambda w: {"confirmation": w.confirmation, "actor": SYSTEM})
VERBS["cameras.services.confirmation.renew_links"] = (confirmation.renew_links, lambda w: renew_links_of(w))
verb(confirmation.lapse_unconfirmed, lambda w: {"confirmation": w.confirmation, "actor": SYSTEM})
verb(cameras.index_names, lambda w: {})
verb(erasing.erase_cameras, lambda w: {"partner": w.partner, "actor": SYSTEM})
verb(start_rezoning_if_needed, lambda w: {})
verb(cameras.evaluate_cameras, lambda w: {"evaluation_pk": w.evaluation.pk})
verb(cameras.rezone_cameras, lambda w: {"rezoning_pk": w.rezoning.pk})
verb(specifications.publish_specification, lambda w: {"checks": w.checks, "actor": SYSTEM})
for act in (specifications.publish_draft, specifications.discard_draft):
    verb(act, lambda w: {"draft": w.specification_draft, "version": 1, "user": w.manager})
verb(
    specifications.save_draft,
    lambda w: {"draft": w.specification_draft, "version": 1, "checks": w.checks, "user": w.manager},
)
verb(cameras.load_catalog, lambda w: {"entries": [], "actor": SYSTEM})

# Requests
verb(
    requests.update_request,
    lambda w: {"request": w.draft, "version": w.draft.version} | content() | by_author(w),
)
verb(requests.submit_request, lambda w: {"request": w.draft, "version": w.draft.version} | by_author(w))
verb(
    requests.keep_form,
    lambda w: {"user": w.detective, "form": w.kept.form, "values": {"reason": "y"}, "version": w.kept.version},
)
verb(
    requests.take_out_match,
    lambda w: {"match": w.opened.match, "reason": "victim"} | by_asker(w),
)
verb(requests.discard_kept_form, lambda w: {"user": w.detective, "kept": w.kept})
verb(requests.restore_kept_form, lambda w: {"user": w.detective, "kept": w.kept})
verb(requests.recall_request, lambda w: {"request": w.submitted, "version": w.submitted.version} | by_author(w))
verb(
    requests.send_urgent,
    lambda w: {"request": w.urgent, "version": w.urgent.version, "reason": "A child is missing."} | by_author(w),
)
verb(
    requests.review_urgent,
    lambda w: {"request": w.went_first, "version": w.went_first.version, "verdict": "upheld"} | by_supervisor(w),
)
verb(requests.approve_request, lambda w: {"request": w.submitted, "version": w.submitted.version} | by_supervisor(w))
verb(
    requests.return_request,
    lambda w: {"request": w.submitted, "version": w.submitted.version, "reason": "Too much."} | by_supervisor(w),
)
verb(requests.withdraw_request, lambda w: {"request": w.request, "reason": "Solved."} | by_asker(w))
verb(requests.close_request, lambda w: {"request": w.request, "outcome": w.outcome} | by_asker(w))
verb(requests.expire_request, lambda w: {"request": w.expired, "actor": SYSTEM})
verb(
    requests.answer_matches,
    lambda w: {
        "invitation": w.invitation,
        "answers": {w.opened.match.public_id: requests.AnswerGiven("has_footage")},
        "actor": SYSTEM,
    },
)
verb(requests.ask_again, lambda w: {"public_id": w.invitation.public_id, "actor": SYSTEM})
verb(requests.allow_kind_again, lambda w: {"partner": w.partner, "refusal": w.refusal} | by_owner(w))
verb(
    requests.check_asked_clock,
    lambda w: {
        "match": w.invitation.matches.select_related("camera__site__partner", "invitation__request")[0],
        "stated": Stated(hangs="yes"),
        "request_key": uuid.uuid4(),
        "actor": SYSTEM,
    },
)
verb(requests.keep_footage, lambda w: {"invitation": w.invitation, "actor": SYSTEM})
verb(
    conversations.write_to_agency,
    lambda w: {"invitation": w.invitation, "text": "Which door?", "author": w.owner, "actor": SYSTEM},
)
verb(conversations.write_to_owner, lambda w: {"invitation": w.invitation, "text": "The front door."} | by_asker(w))
verb(conversations.acknowledge_question, lambda w: {"invitation": w.questioned} | by_asker(w))
verb(conversations.look_at_question, lambda w: {"invitation": w.questioned} | by_asker(w))
verb(conversations.add_staff_note, lambda w: {"invitation": w.invitation, "text": "Calm."} | by_asker(w))
verb(conversations.rate_handling, lambda w: {"invitation": w.invitation, "rating": 5, "actor": SYSTEM})
verb(conversations.tell_of_broken_promise, lambda w: {"thread": w.overdue, "actor": SYSTEM})
verb(conversations.thank_owners, lambda w: {"request": w.over, "text": "Thanks."} | by_supervisor(w))
verb(conversations.erase_conversations, lambda w: {"partner": w.partner})
verb(
    conversations.set_promises,
    lambda w: {
        "agency": w.agency,
        "acknowledge_hours": 2,
        "look_hours": 4,
        "decide_hours": 8,
        "helper": None,
        "version": 0,
        "by": w.manager,
    },
)
verb(requests.revoke_invitation, lambda w: {"invitation": w.invitation} | by_asker(w))
verb(requests.renew_invitation, lambda w: {"invitation": w.invitation} | by_asker(w))
verb(requests.renew_for_remaining, lambda w: {"partner": w.partner, "actor": SYSTEM})
verb(requests.remind_invitation, lambda w: {"invitation": w.invitation, "actor": SYSTEM})
verb(
    requests.record_sent,
    lambda w: {"public_id": w.invitation.public_id, "sent_at": timezone.now(), "actor": SYSTEM},
)
verb(
    requests.count_partners,
    lambda w: (
        {key: value for key, value in content().items() if key in ("area", "window_start", "window_end")}
        | {"agency": w.agency}
        | by_author(w)
    ),
)
verb(erase_answers, lambda w: {"partner": w.partner, "actor": SYSTEM})
verb(announce_sent, lambda w: {})

# Evidence
verb(finish_upload, lambda w: {"upload": w.upload})
verb(tell_length, lambda w: {"upload": w.deferred, "length": 9, "actor": SYSTEM})
verb(
    pieces.propose_piece,
    lambda w: {"match": w.opened.match, "found": w.found, "key": w.recorder} | by_owner(w),
)
verb(pieces.decide_piece, lambda w: {"piece": w.piece, "agreed": True} | by_owner(w))
verb(pieces.check_may_send, lambda w: {"piece": w.agreed, "user": w.owner})
verb(pieces.begin_sending, lambda w: {"piece": w.agreed, "upload": w.begun})
verb(intake.state_sender_digest, lambda w: {"upload": w.begun, "digest": "a" * 64, "actor": SYSTEM})
verb(
    sender_notes.state_sender_note,
    lambda w: {"upload": w.begun, "words": sender_notes.said(text="At the gate."), "actor": SYSTEM},
)
verb(triage.accept_item, lambda w: {"item": w.sealed, "user": w.detective})
verb(triage.return_item, lambda w: {"item": w.sealed, "reason": "Another street.", "user": w.detective})
verb(triage.retry_item, lambda w: {"item": w.sealed, "user": w.detective})
verb(restriction.restrict_item, lambda w: {"item": w.sealed, "user": w.detective, "reason": "A victim is seen."})
verb(
    ask_for_places,
    lambda w: {"user": w.detective, "agency": w.agency, "case_number": "26-7", "reason": "The van stood there."},
)
verb(agree_to_places, lambda w: {"user": w.supervisor, "asked": w.asked})
verb(refuse_places, lambda w: {"user": w.supervisor, "asked": w.asked, "reason": "Ask for footage first."})
verb(
    delay_telling,
    lambda w: {"case": w.sealed.submission.case, "user": w.supervisor, "days": 9, "reason": "A search comes."},
)
verb(end_delay, lambda w: {"case": w.sealed.submission.case, "user": w.supervisor})
verb(
    handovers.sign_handover,
    lambda w: {
        "handover": w.handover,
        "signature": Signature("Ann Ash", "typed", []),
        "user": w.opened.author,
    },
)
verb(handovers.end_handover, lambda w: {"handover": w.handover_ending, "user": w.opened.author})
verb(contacts.keep_witness_contact, lambda w: {"partner": w.partner, "actor": SYSTEM})
verb(
    holds.place_hold,
    lambda w: {"item": w.item, "user": w.custodian, "authority": "Second Circuit", "reason": "A trial runs."},
)
verb(holds.lift_hold, lambda w: {"hold": w.hold, "user": w.custodian, "reason": "The trial is over."})
verb(
    holds.place_case_hold,
    lambda w: {
        "case": w.sealed.submission.case,
        "user": w.custodian,
        "authority": "Second Circuit",
        "reason": "A trial runs.",
    },
)
verb(
    holds.review_hold,
    lambda w: {
        "hold": w.case_hold,
        "user": w.custodian,
        "review_on": today_in(w.agency) + timedelta(days=30),
        "reason": "The trial goes on.",
    },
)
verb(
    publish_schedule,
    lambda w: {
        "user": w.custodian,
        "agency": w.agency,
        "rules": [GivenRule(title="Returned", series="GS2, item 1", days=60, triage="returned")],
        "reason": "Approved.",
        "number": 1,
    },
)
verb(propose_disposition, lambda w: {"item": w.old, "user": w.custodian, "reason": "Its time is over."})
verb(approve_disposition, lambda w: {"disposition": w.proposal, "user": w.second_custodian})
verb(
    refuse_disposition,
    lambda w: {"disposition": w.proposal, "user": w.second_custodian, "reason": "It is needed still."},
)
verb(removal.remove_objects, lambda w: {"pk": w.removal.pk})


def on_records(w: World, **more: Any) -> dict[str, Any]:
    return {"request": w.records_request, "user": w.custodian} | more


verb(disclosure.acknowledge_records_request, on_records)
verb(
    disclosure.move_answer_day,
    lambda w: on_records(w, answer_by=w.records_request.answer_by + timedelta(days=1), reason="Much to read."),
)
verb(disclosure.search_records, lambda w: on_records(w, wanted=Wanted(case_number="2026-1")))
verb(disclosure.add_items, lambda w: on_records(w, items=[w.item.public_id]))
verb(disclosure.decide_item, lambda w: {"line": w.line, "user": w.custodian, "decision": "withhold"})
verb(disclosure.withhold, lambda w: on_records(w, line=w.line, exemption="security_system", part="Another place."))
verb(
    disclosure.look_again,
    lambda w: {
        "withholding": w.withholding,
        "user": w.custodian,
        "review_on": today_in(w.agency) + timedelta(days=30),
        "reason": "It still holds.",
    },
)
verb(
    disclosure.end_withholding,
    lambda w: {"withholding": w.withholding, "user": w.custodian, "reason": "It holds no longer."},
)
verb(disclosure.note_fee, lambda w: on_records(w, kind="estimate", amount=Decimal(5), note="Ten minutes."))
verb(
    disclosure.answer_records_request,
    lambda w: {"request": w.ready_request, "user": w.custodian, "answer": "Exempt.", "version": 2},
)
verb(disclosure.withdraw_records_request, lambda w: on_records(w, reason="Nobody came back."))
verb(disclosure.close_records_request, lambda w: {"request": w.ended_request, "user": w.custodian})
verb(
    disclosure.take_up_again,
    lambda w: {"request": w.ended_request, "user": w.custodian, "reason": "Something was forgotten."},
)
verb(disclosure.erase_contact, lambda w: {"request": w.ended_request, "user": w.custodian})
verb(disclosure.erase_contact_again, lambda w: {"request": w.ended_request, "actor": SYSTEM})
verb(contacts.erase_kept_contacts, lambda w: {"actor": SYSTEM})
verb(contacts.erase_loose_uploads, lambda w: {"partner": w.partner, "actor": SYSTEM})

# Exports
verb(
    exports.request_export,
    lambda w: {
        "user": w.detective,
        "case": w.sealed.submission.case,
        "items": [w.sealed.public_id],
        "recipient": "Somebody else",
        "reason": "Discovery.",
        "originals": True,
        "working_copies": False,
    },
)
verb(deciding.approve_export, lambda w: {"export": w.export_asked, "user": w.supervisor})
verb(deciding.refuse_export, lambda w: {"export": w.export_asked, "user": w.supervisor, "reason": "Not needed."})
verb(deciding.cancel_export, lambda w: {"export": w.export_ready, "user": w.custodian})
verb(deciding.retry_export, lambda w: {"export": w.export_stopped, "user": w.custodian})
verb(deciding.expire_exports, lambda w: {"actor": SYSTEM})
verb(deciding.end_exports_with_places_of, lambda w: {"partner": w.partner, "actor": SYSTEM})
verb(build_export, lambda w: {"export_pk": w.export_due.pk})
verb(stop_dead_exports, lambda w: {})
verb(
    open_package,
    lambda w: {"user": w.detective, "export": w.export_ready, "purpose": w.footage_purpose, "session_key": "s"},
)

# Sharing
verb(end_agreement, lambda w: {"user": w.manager, "agreement": w.agreement, "reason": "It is over."})
verb(
    sharing.give_grant,
    lambda w: {
        "user": w.custodian,
        "case": w.sealed.submission.case,
        "agreement": w.agreement,
        "items": [w.shared.public_id],
        "later_items": False,
        "last_day": today_in(w.agency),
        "downloads": False,
        "originals": False,
        "reason": "One series.",
    },
)
verb(sharing.revoke_grant, lambda w: {"grant": w.sharing_grant, "user": w.custodian, "reason": "No longer needed."})
verb(
    sharing.extend_grant,
    lambda w: {"grant": w.sharing_grant, "user": w.custodian, "last_day": today_in(w.agency) + timedelta(days=1)},
)
verb(sharing.add_later_items, lambda w: {"grant_pk": w.sharing_grant.pk})

# The people of a partner
verb(partners.set_contact_rules, lambda w: {"partner": w.partner, "wish": w.wish, "version": 1} | by_owner(w))
verb(partners.set_consents, lambda w: {"partner": w.partner, "agencies": []} | by_owner(w))
verb(
    partners.pause_program,
    lambda w: {"partner": w.partner, "until": timezone.now() + timedelta(days=9)} | by_owner(w),
)
for act in (partners.resume_program, partners.leave_program, partners.return_to_program):
    verb(act, lambda w: {"partner": w.partner} | by_owner(w))
verb(partners.change_role, lambda w: {"membership": w.membership(w.colleague), "role": "responder"} | by_owner(w))
verb(
    cameras.set_member_sites,
    lambda w: {"membership": w.membership(w.helper), "sites": [w.camera.site.public_id]} | by_owner(w),
)
verb(partners.hand_over, lambda w: {"membership": w.membership(w.helper)} | by_owner(w))
verb(partners.remove_member, lambda w: {"membership": w.membership(w.colleague)} | by_owner(w))
verb(partners.leave_partner, lambda w: {"partner": w.partner, "user": w.colleague, "actor": w.actor(w.colleague)})
verb(partners.rejoin, lambda w: {"membership": w.membership(w.closed), "actor": SYSTEM})
verb(
    partners.invite_member,
    lambda w: (
        {
            "partner": w.partner,
            "email": "new@example.org",
            "role": "responder",
            "language": "en",
            "request_key": None,
        }
        | by_owner(w)
    ),
)
for act in (partners.send_again, partners.withdraw_invitation):
    verb(act, lambda w: {"invitation": w.offer} | by_owner(w))
for act in (partners.accept_invitation, partners.decline_invitation):
    verb(act, lambda w: {"invitation": w.offer, "user": w.invited, "actor": w.actor(w.invited)})
verb(partners.affiliate, lambda w: {"partner": w.partner, "code": w.code, "wants_appeals": False} | by_owner(w))
verb(partners.end_affiliation, lambda w: {"affiliation": w.affiliation} | by_owner(w))
verb(partners.read_appeals, lambda w: {"affiliation": w.affiliation, "wants": False} | by_owner(w))
verb(partners.stop_appeals, lambda w: {"reader": w.reader})


def by_contact(w: World) -> dict[str, Any]:
    return {"association": w.association, "user": w.contact, "actor": w.actor(w.contact)}


verb(partners.renew_join_code, by_contact)
verb(partners.end_affiliation_of, lambda w: by_contact(w) | {"email": w.owner.email})
verb(partners.vouch_for_partner, lambda w: {"partner": w.stranger, "user": w.manager})
verb(partners.invite_to_association, lambda w: by_contact(w) | {"email": "new@example.org", "language": "en"})
verb(
    partners.forward_appeal,
    lambda w: by_contact(w) | {"title": "Who saw it?", "text_": "On Tuesday.", "link": w.link, "request_key": None},
)
verb(erase_partner, lambda w: {"partner": w.partner, "actor": SYSTEM})

# Imports and people who were entered by others
verb(
    imports.set_columns, lambda w: {"camera_import": w.fresh_import, "mapping": w.mapping, "choices": {}} | by_owner(w)
)
verb(
    imports.edit_row,
    lambda w: {"camera_import": w.checked_import, "number": w.row.number, "cells": {}, "user": w.owner},
)
verb(
    imports.leave_row_out,
    lambda w: {"camera_import": w.checked_import, "number": w.row.number, "out": True, "user": w.owner},
)
for act in (imports.start_import, imports.discard_import):
    verb(act, lambda w: {"camera_import": w.checked_import} | by_owner(w))
verb(imports.undo_import, lambda w: {"camera_import": w.done_import} | by_owner(w))
verb(imports.work_on_import, lambda w: {"pk": w.started_import.pk})
VERBS["imports.services.importing.import_batch"] = (
    imports.work_on_import,
    lambda w: imports.work_on_import(w.more_owners.pk),
)
verb(imports.erase_imports_of, lambda w: {"partner": w.partner, "actor": SYSTEM})
verb(
    imports.receive_import,
    lambda w: (
        {"file": upload_of_rows(b"camera_id,name\nx,y\n"), "partner": w.partner, "request_key": None} | by_owner(w)
    ),
)
verb(prospects.erase_unanswered, lambda w: {"invitation": w.prospect, "actor": SYSTEM})
verb(prospects.invite_owner, lambda w: {"pk": w.waiting.pk})
verb(prospects.remove_me, lambda w: {"invitation": w.prospect, "actor": SYSTEM})
verb(
    prospects.claim_invitation,
    lambda w: {
        "invitation": w.prospect,
        "user": w.prospect_user,
        "partner": None,
        "agencies": [w.agency],
        "name": "Ada",
        "request_key": uuid.uuid4(),
        "actor": SYSTEM,
    },
)
verb(
    prospects.offer_cameras,
    lambda w: (
        {
            "site": w.site,
            "cameras": [w.camera.public_id],
            "email": "",
            "language": "en",
            "request_key": None,
        }
        | by_owner(w)
    ),
)
verb(
    prospects.take_cameras,
    lambda w: {
        "offer": w.house_offer,
        "user": w.taker,
        "answer": Answer(w.taking, "", [], [w.shown], uuid.uuid4(), "en"),
        "kind": "resident",
        "site_name": "Home",
        "attested": True,
        "actor": w.actor(w.taker),
    },
)
verb(prospects.decline_offer, lambda w: {"offer": w.house_offer, "user": w.taker, "actor": w.actor(w.taker)})
verb(prospects.withdraw_offer, lambda w: {"offer": w.house_offer} | by_owner(w))
verb(prospects.withdraw_offers, lambda w: {"partner": w.partner, "actor": SYSTEM})
verb(prospects.erase_offers, lambda w: {"partner": w.partner, "actor": SYSTEM})
verb(prospects.register_claimed, lambda w: {"invitation": w.claimed} | by_owner(w))
verb(
    enter_at_meeting,
    lambda w: (
        {
            "agency": w.agency,
            "entered": Entered(w.prospect_user.email, "Ada", "resident", "en", "", 30.44, -84.28, "Gate"),
            "purpose": w.entry_purpose,
            "request_key": uuid.uuid4(),
        }
        | {"user": w.manager}
    ),
)

# Accounts
verb(accounts.close_account, lambda w: {"user": w.contact, "actor": SYSTEM})
verb(accounts.start_erasing, lambda w: {"user": w.erasable})
verb(accounts.erase_person, lambda w: {"user": w.erasable, "actor": SYSTEM})
verb(closing.close_account, lambda w: {"user": w.second_owner, "actor": w.actor(w.second_owner)})
verb(closing.keep_account, lambda w: {"user": w.closed, "actor": w.actor(w.closed)})
verb(
    erase_messages,
    lambda w: {"addresses": [w.owner.email], "public_id": w.owner.public_id},
)
verb(
    set_agency_details,
    lambda w: {
        "agency": w.agency,
        "details": AgencyDetails("Other name", w.agency.ori, w.agency.time_zone),
        "by": w.manager,
    },
)
verb(load_zones, lambda w: {"agency": w.agency, "plans": [ZonePlan("N9", "New", FAR_OFF)], "actor": SYSTEM})
verb(
    set_request_limits,
    lambda w: {
        "agency": w.agency,
        "area_m2": None,
        "hours": 6,
        "per_case": None,
        "per_partner": 60,
        "by": w.manager,
    },
)
verb(
    requests.set_incident_types,
    lambda w: {
        "agency": w.agency,
        "types": [
            *(Given(one["code"], one["names"], one["retired"], one["urgent"], None) for one in FIRST),
            Given("", {"en": "vandalism", "es": "vandalismo"}, False, False, None),
        ],
        "number": 0,
        "by": w.manager,
    },
)
verb(
    requests.set_ready_texts,
    lambda w: {
        "agency": w.agency,
        "texts": [
            *(GivenText(**one, place=None) for one in READY),
            GivenText("", "Bicycle", "owners", {"en": "A bicycle."}, False, None),
        ],
        "number": 0,
        "by": w.manager,
    },
)
verb(set_sound_in_copies, lambda w: {"agency": w.agency, "sound_in_copies": True, "by": w.manager})
verb(set_training_months, lambda w: {"agency": w.agency, "training_months": 12, "by": w.manager})
verb(publish_letterhead, lambda w: {"agency": w.agency, "read": 0, "words": {}, "seal": None, "by": w.manager})
verb(place_first_seal, lambda w: {"agency": w.agency, "seal": seal(), "actor": SYSTEM})
verb(save_rule_draft, lambda w: {"agency": w.agency, "rule": "features", "values": {"number": "0"}, "by": w.manager})
verb(discard_rule_draft, lambda w: {"agency": w.agency, "rule": "features", "by": w.manager})
verb(set_features, lambda w: {"agency": w.agency, "off": {"layers": None}, "number": 0, "by": w.manager})
verb(set_case_mask, lambda w: {"agency": w.agency, "case_mask": "##-####", "by": w.manager})
verb(
    staff_services.revoke_role,
    lambda w: {"grant": w.grant, "reason": "Moved on.", "by": w.manager, "actor": w.actor(w.manager)},
)
verb(
    staff_services.end_staff_account,
    lambda w: {
        "person": w.colleague_of_manager,
        "agency": w.agency,
        "reason": "Moved on.",
        "by": w.manager,
        "actor": w.actor(w.manager),
    },
)

verb(
    choose_telling,
    lambda w: {"user": w.manager, "wish": Wish({}, time(7), None, None, "America/New_York"), "version": 0},
)

# Terms
verb(
    terms.accept_documents,
    lambda w: {"partner": w.partner, "shown": [w.shown]} | by_owner(w),
)
verb(
    terms.publish_terms,
    lambda w: {"summary": TEXTS, "full_text": TEXTS, "actor": SYSTEM},
)
verb(terms.publish_and_put_in_force, lambda w: {"summary": TEXTS, "full_text": TEXTS, "actor": SYSTEM})
verb(terms.withdraw_terms, lambda w: {"version": w.terms_draft, "reason": "A slip.", "user": w.manager})

# Cases
verb(
    cases.change_note,
    lambda w: {"note": w.note, "version": 1, "text": "More.", "work_product": True, "user": w.detective},
)
verb(cases.set_cad_number, lambda w: {"case": w.request.case, "number": "A-1", "known": "", "user": w.detective})
verb(cases.set_rms_number, lambda w: {"case": w.request.case, "number": "B-1", "known": "", "user": w.detective})

# What locks rows and is no pair of its own, with the reason.
ELSEWHERE = {
    "evidence.services.test_clips.open_clip": "locks its partner alone, and lets go of it before the upload begins",
    "canvass.services.going.end_canvass": "locks one canvass and nothing else",
    "canvass.services.going.join_canvass": "locks one canvass and nothing else",
    "canvass.services.going.readmit_officer": "locks one canvass and nothing else",
    "canvass.services.going.remove_officer": "locks one canvass and nothing else",
    "canvass.services.visiting.correct_visit": "locks one canvass and nothing else",
    "canvass.services.visiting.record_visit": "locks one canvass and nothing else",
    "marks.services.marking.change_mark": "locks one mark and nothing else",
    "redaction.services.drawing.save_plan": "locks one redaction and nothing else",
    "redaction.services.drawing.submit_redaction": "locks one redaction and nothing else",
    "redaction.services.drawing.undo_plan": "locks one redaction and nothing else",
    "redaction.services.taking.open_redacted": "opens no place, so it locks nothing",
    "redaction.services.ending.set_aside": "locks one redaction and nothing else",
    "redaction.services.ending.withdraw_redaction": "locks one redaction and nothing else",
    "redaction.services.reading.return_redaction": "locks one redaction and nothing else",
    "redaction.services.reading.sign_off": "locks one redaction and nothing else",
    "redaction.services.reading.try_again": "locks one redaction and nothing else",
    "partners.services.inboxes.add_inbox": "locks its partner alone, as inviting a member does",
    "partners.services.inboxes.confirm_inbox": "locks its partner alone",
    "partners.services.inboxes.remove_inbox": "locks its partner, then open requests as removing a member does",
    "privacy.closing.erase_account_again": "closes as privacy.closing.close_account; the portal stands still meanwhile",
    "evidence.services.giving_again.give_again": "locks request and invitation as an answer does, then one item",
    "access.services.asking.expire_asks": "one request at a time, each a transaction",
    "access.services.purposes.open_purpose": "locks a counter and a finding once its transaction is over",
    "layers.services.keeping.change_layer": "locks one layer and nothing else",
    "layers.services.keeping.check_now": "locks one layer and nothing else",
    "layers.services.keeping.close_layer": "locks one layer, then its loads",
    "layers.services.loading.apply_load": "locks one layer, then a load of it",
    "layers.services.loading.drop_load": "locks one layer, then a load of it",
    "layers.services.loading.offer_load": "locks one layer, then its loads",
    "calls.services.close_call": "locks one call and nothing else",
    "calls.services.forget_calls": "locks calls in the order of keys and nothing else",
    "calls.wall_opening.open_screen": "locks one wall screen and nothing else",
    "calls.walls.end_lost_screens": "locks wall screens in the order of keys and nothing else",
    "calls.walls.end_screen": "locks one wall screen and nothing else",
    "calls.shifts.sign_hand_over": "locks one entry of the shift log and nothing else",
    "lists.services.saving.delete_view": "locks one view and nothing else",
    "lists.services.saving.rename_view": "locks one view and nothing else",
    "calls.services.take_call": "locks one call and nothing else",
    "cameras.duplicates.show_side_by_side": "locks the account of the person who looks, and a finding at the end",
    "cameras.selectors.place_for": "locks the account of the person who looks, and a finding at the end",
    "cameras.selectors.places_in_view": "locks the account of the person who looks, and a finding at the end",
    "cameras.selectors.places_by_name": "the same as places_in_view",
    "evidence.services.contacts.contact_for": "opens no place, so it locks nothing",
    "evidence.services.footage_access.open_footage": "opens no place, so it locks nothing",
    "evidence.services.footage_access.open_original": "opens no place, so it locks nothing",
    "evidence.services.footage_access.open_posters": "opens no place, so it locks nothing",
    "marks.services.telling.make_story": "opens places as access_cameras does, then writes entries and locks nothing",
    "evidence.services.excerpts.open_excerpt": "opens no place, so it locks nothing",
    "evidence.services.footage_access.open_together": "opens no place, so it locks nothing",
    "footage_requests.services.camera_access.access_cameras": "locks the account of the person who looks",
    "imports.services.row_access.access_rows": "opens no place, so it locks nothing",
    "accounts.closing.keep_account": "the inner half of privacy.closing.keep_account",
    "accounts.staff_holds.note_failure": "locks one account and nothing else",
    "agencies.findings.tell_of_findings": "locks findings and nothing else",
    "agencies.verifying.services.start_verification": "locks one check that died and nothing else",
    "agencies.verifying.services.sweep_verifications": "locks one check that died and nothing else",
    "agencies.witness.witness_ledger": "locks a finding and nothing else",
    "witness.services.add_checkpoint": "locks one watched ledger, and a finding once that is over",
    "witness.services.stop_watching": "locks one watched ledger and nothing else",
    "witness.services.watch": "locks one watched ledger and nothing else",
    "evidence.services.format_guides.load_format_guides": "one guide at a time, each a transaction",
    "evidence.services.format_guides.save_format_guide": "locks one guide of a format and nothing else",
    "evidence.services.working.add_derivative": "part of making an item playable, under the item's lock",
    "evidence.services.other_kinds.record_kind": "part of making an item playable, under the item's lock",
    "evidence.services.working.record_facts": "part of making an item playable, under the item's lock",
    "evidence.services.remaking.remake_item": "locks one item and nothing else",
    "evidence.services.remaking.remake_older": "one item at a time, each a transaction",
    "sharing.services.entering.begin_visit": "locks counters before its transaction, and nothing in it",
    "sharing.services.looking.open_shared": "opens no place, so it locks nothing",
    "sharing.services.looking.save_shared": "opens no place, so it locks nothing",
    "findings.services.acknowledge": "locks one finding and nothing else",
    "findings.services.notice": "locks one finding and nothing else",
    "accounts.tallies.give_back": "locks counters and nothing else",
    "accounts.tallies.take": "locks counters and nothing else",
    "agencies.staff_idle.look_after_idle_staff": "one account at a time, each a transaction",
    "agencies.staff_services.appoint_manager": "locks one account and nothing else",
    "agencies.staff_services.give_role": "part of the acts that give a role",
    "agencies.staff_services.grant_role": "locks one role and nothing else",
    "agencies.staff_services.open_staff_account": "locks one account and nothing else",
    "agencies.staff_proposals.confirm_proposal": "locks one account and what hangs from it",
    "agencies.staff_proposals.propose_address": "locks one account and what hangs from it",
    "agencies.staff_proposals.propose_manager": "locks one account and what hangs from it",
    "agencies.staff_proposals.withdraw_proposal": "locks one account and what hangs from it",
    "agencies.staff_services.release_staff_account": "locks one account and nothing else",
    "agencies.staff_services.set_badge": "locks one account and nothing else",
    "reviews.services.mark_row": "locks a review, its row, and a finding at the end",
    "reviews.services.sign_review": "locks one review and nothing else",
    "agencies.absences.set_absence": "locks two accounts in the order of keys and nothing else",
    "agencies.absences.end_absence": "locks one absence and nothing else",
    "agencies.training.record_training": "locks one role and nothing else",
    "agencies.staff_services.renew_setup": "locks one account and what hangs from it",
    "agencies.staff_setup.complete_setup": "locks one account and what hangs from it",
    "cameras.services.catalog.save_catalog_entry": "locks one entry of the catalog and nothing else",
    "cameras.services.telling_owners.tell_owners_of_looks": "locks one finding and nothing else",
    "cameras.services.evaluation.retry_evaluation": "locks one job and nothing else",
    "cameras.services.photos.save_camera_view": "locks what remove_camera_view locks; a decoder runs before",
    "cameras.services.review.approve_from_list": "locks what approve_camera locks; it reads more",
    "cameras.services.runs.work_through": "run by evaluate_cameras and rezone_cameras",
    "core.claims.claim": "locks one job and nothing else",
    "core.claims.postpone": "locks one job and nothing else",
    "core.claims.put_back": "locks one job and nothing else",
    "demo.loading.load_demo": "fills an empty portal",
    "evidence.services.restriction.lift_restriction": "locks one item and nothing else, as restrict_item",
    "evidence.services.footage_access.open_statement": "opens no place, so it locks nothing",
    "sharing.services.entering.ask_again": "locks one grant and nothing else",
    "sharing.services.entering.prove_visit": "locks one visit and nothing else",
    "evidence.services.witness_statements.sign_statement": "locks one submission and nothing else",
    "evidence.services.working.give_up": "locks one item and nothing else",
    "evidence.services.working.put_behind": "locks one item and nothing else",
    "evidence.services.working.record_if_stuck": "locks one item and nothing else",
    "imports.services.clearing.erase_old_imports": "one import at a time, each a transaction",
    "imports.services.deciding.try_again": "locks what start_import locks, on an import that stopped",
    "imports.services.undoing.close_emptied_sites": "part of the batch, with close_site",
    "imports.services.undoing.undo_batch": "locks what work_on_import locks",
    "ledger.handing_over.hand_over": "no act of its own on rows; it sequences, as the sequencer does",
    "ledger.services.erase_private": "locks one private part and nothing else",
    "ledger.services.erase_private_parts": "locks private parts in the order of keys; part of erasing",
    "footage_requests.services.inviting.renew_where_returned": "locks what renew_for_remaining locks",
    "notifications.services.returning.record_return": "locks one letter, then its address",
    "notifications.services.returning.try_address_again": "renew_where_returned, then one address",
    "texting.services.ask_for_texts": "locks consents of one person and nothing else",
    "texting.services.confirm_texts": "locks consents of one person and one number and nothing else",
    "texting.services.stop_texts": "locks one consent and nothing else",
    "texting.services.stop_number": "locks one consent and nothing else",
    "texting.services.start_number": "locks one consent and nothing else",
    "texting.services.erase_texting": "locks consents of one person; part of erasing",
    "notifications.sending.heal_claimed": "one message at a time, each a transaction",
    "partners.services.taking_part.join_program": "a partner that nobody else knows yet, and a finding at the end",
    "policy_reports.services.count_violation": "a row of its table, then a finding, each in its own transaction",
    "partners.services.invitations.expire_invitations": "one invitation at a time, each a transaction",
    "cameras.services.own.change_camera": "update_camera with the draft",
    "evidence.services.pieces.erase_pieces": "locks private parts in the order of keys; part of erasing",
    "prospects.services.offering.expire_offers": "one offer at a time, each a transaction",
    "prospects.services.offering.withdraw_offers_to": "one offer at a time, each a transaction",
    "prospects.services.answering.take_over": "claim_invitation, accept_documents and register_claimed in one",
    "prospects.services.entering.invitation_for": "part of import_batch and enter_at_meeting",
    "prospects.services.inviting.mark_ready": "part of the last batch of an import, and of undo_import",
    "prospects.services.inviting.remind_due_owners": "one invitation at a time, each a transaction",
    "program.services.updates.discard_update": "locks one update and nothing else",
    "program.services.updates.publish_update": "locks one update and nothing else",
    "program.services.updates.save_update": "locks one update and nothing else",
    "streets.services.keep_streets": "locks sets of streets and nothing else",
    "terms.services.joining.join_and_accept": "a partner that nobody else knows yet",
    "cameras.services.own.register_camera_at": "add_site and register_camera in one",
    "partners.services.consenting.set_consent": "set_consents and set_contact_rules in one",
    "terms.services.drafting.change_draft": "locks what withdraw_terms locks",
    "terms.services.publishing.publish_draft": "locks what publish_terms locks",
    "terms.services.publishing.put_in_force": "locks what publish_terms locks",
}
