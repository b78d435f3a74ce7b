"""Every address of the portal, tried by four people who have no business with what stands there.

The table says for each address what a stranger, another partner, staff of another agency and staff without a second
factor get, by GET and by POST. An address that is missing from the table fails the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from apps.accounts.models import User
from apps.agencies.models import Role, RoleGrant
from apps.partners.models import Partner
from tests.factories.landing import Landings
from tests.factories.people import AgencyFactory, StaffFactory, registrant
from tests.factories.questions import asked_twice
from tests.factories.sessions import give_second_factor, is_signed_in, sign_in
from tests.factories.victims import CANARY, PLACE, Victim, victim
from tests.waiting import PATIENCE_S

__all__ = ["CANARY", "PLACE", "Victim", "victim"]

pytestmark = pytest.mark.django_db

SECRETS = (CANARY, CANARY.lower(), "30.4387", "84.2804")

# What somebody gets: o the address answers, s asked to sign in, f asked to prove once more who he is, r refused (4xx),
# t led to another page of his own. Callers in this order: stranger, other partner, other agency's staff, staff
# without a second factor; first by GET, then by POST.
TABLE: dict[str, str] = {
    name: got
    for got, names in {
        "srrf srrf": """
            admin:system
            admin:prospects_ownerinvitation_history admin:access_purpose_history
            admin:agencies_case_change admin:agencies_case_note admin:agencies_case_rewrite admin:agencies_case_cad
            admin:agencies_case_rms admin:agencies_case_purpose admin:agencies_case_pictures
            admin:agencies_case_timeline admin:agencies_case_delay admin:agencies_case_tell evidence:replay
            admin:agencies_case_desk admin:agencies_case_marks admin:agencies_case_mark_change
            admin:agencies_case_mark_remove admin:agencies_case_mark_restore admin:agencies_case_mark_excerpt
            admin:evidence_evidenceitem_excerpt admin:agencies_case_story
            admin:evidence_evidenceitem_redact admin:evidence_evidenceitem_redaction
            admin:evidence_evidenceitem_redaction_plan admin:evidence_evidenceitem_redaction_undo
            admin:evidence_evidenceitem_redaction_submit admin:evidence_evidenceitem_redaction_return
            admin:evidence_evidenceitem_redaction_sign admin:evidence_evidenceitem_redaction_retry
            admin:evidence_evidenceitem_redaction_withdraw admin:evidence_evidenceitem_redaction_aside
            admin:evidence_evidenceitem_redaction_save admin:evidence_evidenceitem_redaction_log
            admin:canvass_canvass_begin admin:canvass_canvass_change admin:canvass_canvass_correct
            admin:canvass_canvass_end admin:canvass_canvass_join admin:canvass_canvass_near
            admin:canvass_canvass_doors admin:canvass_canvass_sync
            admin:canvass_canvass_readmit admin:canvass_canvass_remove admin:canvass_canvass_visit
            admin:evidence_handover_begin admin:evidence_handover_change admin:evidence_handover_end
            admin:ledger_entry_history admin:notifications_message_history admin:partners_partner_history
            admin:terms_acceptance_history admin:accounts_signinevent_history
            admin/prospects/ownerinvitation/<path:object_id>/ admin:imports_cameraimport_act
            admin:imports_cameraimport_change admin:imports_cameraimport_changelist
            admin:imports_cameraimport_columns admin:imports_cameraimport_meeting admin:imports_cameraimport_problems
            admin:imports_cameraimport_row admin:imports_cameraimport_template admin:prospects_ownerinvitation_add
            admin:prospects_ownerinvitation_change admin:prospects_ownerinvitation_changelist
            admin:prospects_ownerinvitation_delete web:import web:import_act web:import_columns
            web:import_problems web:import_row
            account_end_sessions web:confirm_texts
            mfa_download_recovery_codes mfa_edit_webauthn mfa_remove_webauthn
            admin/(?P<url>.*)$ admin/ledger/entry/<path:object_id>/
            admin/notifications/message/<path:object_id>/ admin/partners/partner/<path:object_id>/
            admin/terms/acceptance/<path:object_id>/
            admin:access_purpose_add admin:access_purpose_delete
            admin:autocomplete
            admin:list_export admin:lists_listexport_changelist admin:list_views admin:list_view_rename
            admin:list_view_delete
            admin:agreements_agreement_change admin:agreements_agreement_end admin:agreements_agreement_file
            admin:agreements_agreement_make
            admin:disclosure_export_approve admin:disclosure_export_cancel admin:disclosure_export_change
            admin:disclosure_export_download admin:disclosure_export_purpose admin:disclosure_export_refuse
            admin:disclosure_export_request admin:disclosure_export_retry
            admin:sharing_grant_change admin:sharing_grant_give admin:sharing_grant_list admin:sharing_grant_longer
            admin:sharing_grant_purpose admin:sharing_grant_received admin:sharing_grant_revoke
            admin:sharing_grant_save admin:sharing_grant_watch
            admin:layers_layer_apply admin:layers_layer_change admin:layers_layer_check admin:layers_layer_close
            admin:layers_layer_drop admin:layers_layer_make admin:layers_layer_offer
            admin:layers_layer_source
            admin:calls_call_change admin:calls_call_ask admin:calls_call_close admin:calls_call_prepare
            admin:calls_shiftentry_sign admin:calls_shiftentry_note admin:calls_shiftentry_hand_over
            admin:calls_wallscreen_allow admin:calls_wallscreen_end
            admin:agency_keys admin:agency_key_revoke
            admin:cameras_camera_approve admin:cameras_camera_change admin:cameras_camera_changelist
            admin:cameras_camera_bulk admin:cameras_camera_next admin:cameras_camera_pair
            admin:cameras_camera_purpose admin:cameras_camera_retire admin:cameras_camera_return
            admin:cameras_catalogentry_add admin:cameras_catalogentry_change
            admin:cameras_catalogentry_changelist
            admin:evidence_formatguide_change admin:evidence_formatguide_add admin:evidence_formatguide_changelist
            admin:specifications_specification_change admin:specifications_specification_changelist
            admin:specifications_specification_discard admin:specifications_specification_draft
            admin:specifications_specification_progress admin:specifications_specification_publish
            admin:specifications_specification_retry admin:specifications_specification_save
            admin:disclosure_recordsrequest_acknowledge admin:disclosure_recordsrequest_add
            admin:disclosure_recordsrequest_again admin:disclosure_recordsrequest_answer
            admin:disclosure_recordsrequest_change admin:disclosure_recordsrequest_cite
            admin:disclosure_recordsrequest_close admin:disclosure_recordsrequest_decide
            admin:disclosure_recordsrequest_ends admin:disclosure_recordsrequest_fee
            admin:disclosure_recordsrequest_forget admin:disclosure_recordsrequest_move
            admin:disclosure_recordsrequest_purpose admin:disclosure_recordsrequest_reopen
            admin:disclosure_recordsrequest_search admin:disclosure_recordsrequest_withdraw
            admin:disclosure_recordsrequest_withhold
            admin:evidence_evidenceitem_accept admin:evidence_evidenceitem_change
            admin:evidence_evidenceitem_original admin:evidence_evidenceitem_purpose
            admin:evidence_evidenceitem_statement
            admin:evidence_evidenceitem_restrict admin:evidence_evidenceitem_unrestrict
            admin:evidence_evidenceitem_remake
            admin:evidence_evidenceitem_again admin:agencies_case_hold admin:agencies_case_lift
            admin:agencies_case_again admin:retention_retentionschedule_change
            admin:retention_retentionschedule_rules
            admin:retention_disposition_change admin:retention_disposition_propose
            admin:retention_disposition_approve admin:retention_disposition_refuse
            admin:evidence_evidenceitem_giver admin:evidence_evidenceitem_hold admin:evidence_evidenceitem_lift
            admin:evidence_evidenceitem_retry admin:evidence_evidenceitem_return admin:evidence_evidenceitem_state
            admin:footage_requests_footagerequest_recall admin:footage_requests_footagerequest_first
            admin:footage_requests_footagerequest_review
            admin:footage_requests_footagerequest_approve admin:footage_requests_footagerequest_board
            admin:footage_requests_footagerequest_change admin:footage_requests_footagerequest_close
            admin:footage_requests_footagerequest_take_out
            admin:footage_requests_footagerequest_keep
            admin:footage_requests_footagerequest_kept_act
            admin:footage_requests_footagerequest_count admin:footage_requests_footagerequest_edit
            admin:footage_requests_footagerequest_purpose admin:footage_requests_footagerequest_renew
            admin:footage_requests_footagerequest_return admin:footage_requests_footagerequest_revoke
            admin:footage_requests_footagerequest_submit admin:footage_requests_footagerequest_withdraw
            admin:footage_requests_footagerequest_thread admin:footage_requests_footagerequest_thread_file
            admin:footage_requests_footagerequest_write admin:footage_requests_footagerequest_acknowledge
            admin:footage_requests_footagerequest_look admin:footage_requests_footagerequest_note
            admin:footage_requests_footagerequest_thank
            admin:ledger_entry_add admin:ledger_entry_change admin:ledger_entry_changelist admin:ledger_entry_delete
            admin:notifications_message_add admin:notifications_message_change
            admin:notifications_message_changelist admin:notifications_message_delete admin:partner_map_places
            admin:partner_map_sites
            admin:partner_map_ask admin:access_placesrequest_agree admin:access_placesrequest_change
            admin:access_placesrequest_refuse
            admin:partners_partner_add admin:partners_partner_change admin:partners_partner_changelist
            admin:partners_partner_delete admin:partners_partner_vouch admin:terms_acceptance_add
            admin:terms_acceptance_change
            admin:terms_acceptance_changelist admin:terms_acceptance_delete
            admin:terms_termsversion_draft admin:terms_termsversion_publish admin:terms_termsversion_save
            admin:terms_termsversion_withdraw
            admin:terms_termsversion_changelist admin:view_on_site
            web:accepted_terms web:certificate_pdf web:check_camera web:test_clip web:edit_camera web:registered
            web:camera_draft web:camera_photo web:find_address
            web:sign_pdf
            web:withdraw_camera web:camera_history web:replace_camera
            web:for_partner web:member_hand_over web:member_invitation web:member_remove web:member_role
            web:member_sites web:inbox_end
            web:switch web:api_key_revoke web:allow_kind
            web:site_close web:site_edit web:pass_on_site web:pass_on_offer
            web:affiliation web:association web:association_appeal web:association_flyer
            admin/accounts/signinevent/<path:object_id>/ admin:accounts_signinevent_add
            admin:accounts_signinevent_change admin:accounts_signinevent_changelist admin:accounts_signinevent_delete
            admin:accounts_user_change admin:accounts_user_changelist admin:accounts_user_end
            admin:accounts_user_grant admin:accounts_user_open admin:accounts_user_release admin:accounts_user_revoke
            admin:agencies_agency_case_numbers admin:agencies_agency_change admin:agencies_agency_changelist
            admin:agencies_agency_promises
            admin:agencies_agency_sound
            admin:agencies_agency_training admin:agencies_agency_request_limits admin:accounts_user_training
            admin:accounts_user_clear admin:accounts_user_unclear
            admin:agencies_absence_end admin:agencies_absence_set
            admin:agencies_agency_details admin:agencies_agency_zones admin:agencies_agency_zones_load
            admin:agencies_agency_zones_preview admin:agencies_agency_zones_draw admin:agencies_agency_letterhead
            admin:agencies_agency_letterhead_preview admin:agencies_agency_letterhead_publish
            admin:agencies_agency_incident_types admin:agencies_agency_incident_types_preview
            admin:agencies_agency_ready_texts admin:agencies_agency_ready_texts_preview
            admin:agencies_agency_ready_texts_draft admin:agencies_agency_ready_texts_discard
            admin:agencies_agency_features admin:agencies_agency_features_preview admin:agencies_agency_features_draft
            admin:agencies_agency_features_discard admin:agencies_agency_incident_types_draft
            admin:agencies_agency_incident_types_discard admin:agencies_agency_request_limits_preview
            admin:agencies_agency_request_limits_draft admin:agencies_agency_request_limits_discard
            admin:reviews_review_changelist admin:reviews_review_change admin:reviews_review_mark
            admin:agencies_verification_changelist admin:agencies_verification_progress
            admin:agencies_verification_start admin:reviews_review_sign admin:reviews_reviewrow_changelist
            admin:findings_finding_acknowledge admin:findings_finding_change admin:findings_finding_changelist
            admin:accounts_user_address admin:accounts_user_badge admin:accounts_user_renew
            admin:findings_finding_tell_owners
            admin:program_update_correct admin:program_update admin:program_update_save
            admin:program_update_publish admin:program_update_discard
            admin:program_export admin:program_residents
            admin:program_measure admin:program_target admin:program_target_end
            admin:two_people_ask admin:two_people_confirm admin:two_people_withdraw
        """,
        "rrrf rrrf": """
            mail:postmark_tracking_webhook mail:postmark_inbound_webhook texting:inbound footage_requests:attachment
            footage_requests:rate footage_requests:calendar
            web:agency_seal web:program_quarter web:program_update
            prospects:remove streets:tile witness:add_checkpoint witness:checkpoint
            api-camera-detail api-camera-withdraw api-invitation-answers api-invitation-detail api-nowhere
            api-partner-consent api-partner-detail api-site-detail demo:codes demo:letter demo:page evidence:file
            evidence:file_digest evidence:file_note
            evidence:files evidence:media evidence:media_renew evidence:note evidence:package evidence:receipt
            evidence:statement evidence:statement_file evidence:upload evidence:scene_send evidence:scene_sign
            evidence:shared evidence:shared_renew
            web:shared_again web:shared_code web:shared_enter
            links:open health:readyz health:metrics
            api-site-close api-calls wall:rows api-asked api-piece-list api-piece-detail
            accounts/social/connections/ accounts/social/login/error/ accounts/social/signup/ openid_connect_callback
            openid_connect_login saml_acs saml_finish_acs saml_login saml_metadata saml_sls socialaccount_connections
            socialaccount_login_error socialaccount_signup
        """,
        "srtf srtf": """
            admin/access/purpose/<path:object_id>/
            admin:app_list
            admin:login admin:logout admin:password_change staff:locked
        """,
        "ooof rrrf": """
            canvass:phone canvass:worker prospects:owner web:staff_setup wall:board health:healthz
            account_inactive account_password_reset_completed api-schema links:code short:code
            evidence:handed_over footage_requests:invitation footage_requests:conversation
            web:confirmation web:check_by_letter web:home web:ledger web:terms web:program
            web:checkpoint web:security_txt streets:about
            web:time_code web:time_now
            web:check web:contact web:help web:after web:privacy web:accessibility
            web:shared
            web:inbox web:invited web:camera_offer web:appeals_stop web:belong web:no_mail
            socialaccount_login_cancelled
        """,
        "srof srof": """
            admin:agencies_case_changelist admin:access_purpose_changelist
            admin:disclosure_export_changelist admin:disclosure_recordsrequest_changelist
            admin:retention_disposition_changelist
            admin:evidence_evidenceitem_changelist admin:evidence_handover_changelist admin:canvass_canvass_changelist
            admin:footage_requests_footagerequest_changelist admin:index
            admin:calls_call_all
            admin:partner_map admin:access_placesrequest_changelist mfa_deactivate_totp
            staff:active
        """,
        "stff stfr": """
            mfa_activate_totp
        """,
        "stof stof": """
            mfa_add_webauthn
        """,
        "sttf sttf": """
            mfa_index mfa_list_webauthn usersessions_list
            account_confirm_login_code account_confirm_password_reset_code
            account_set_password mfa_authenticate mfa_login_webauthn
        """,
        "soof soof": """
            account_change_password web:account
        """,
        "srtf srrf": """
            admin:access_purpose_change
        """,
        "srof srrf": """
            admin:evidence_evidenceitem_redactions
            admin:disclosure_recordsrequest_take admin:retention_retentionschedule_changelist
            admin:sharing_grant_changelist
            admin:agreements_agreement_changelist admin:layers_layer_changelist admin:layers_layer_features
            admin:calls_call_changelist admin:calls_call_rows admin:calls_call_enter
            admin:agencies_absence_changelist
            admin:calls_shiftentry_changelist admin:calls_wallscreen_changelist
            admin:program admin:program_updates admin:program_gaps
            admin:two_people admin:told admin:partner_map_cells mfa_view_recovery_codes
            admin:footage_requests_footagerequest_kept
            admin:footage_requests_footagerequest_compose admin:jsi18n admin:password_change_done
            admin:terms_termsversion_change
        """,
        "rorf rrrf": """
            api-camera-list api-catalog-list api-invitation-list api-partner-list api-site-list
        """,
        "sorf sorf": """
            account_email
            web:imports
            web:texts web:add_camera web:api_key web:confirm_cameras web:consents web:leave web:moved
            web:pause web:close_account
            web:join_another web:member_leave web:members
            web:site_add
            web:associations
        """,
        "sorf srrf": """
            web:import_export web:import_template
            web:my_data web:my_data_file
            web:pass_on web:cameras web:given web:kit web:my_terms web:requests
            web:members_history
            web:sites
        """,
        "ottf ottf": """
            account_login account_request_login_code account_signup
        """,
        "strf strf": """
            account_email_verification_sent
            web:accept_terms web:join
        """,
        "tooo tttt": """
            account_logout
        """,
        "soff soff": """
            account_reauthenticate_by_code
        """,
        "sooo sooo": """
            account_reauthenticate
        """,
        "ooof ooof": """
            account_reset_password
        """,
        "tttf tttf": """
            account_complete_password_reset footage_requests:check_clock footage_requests:cameras
            evidence:given_before
            accounts/social/login/cancelled/
        """,
        "srrf strf": """
            web:keep_account web:inbox_add web:try_mail_again web:stop_texts
        """,
        "soof srrf": """
            account_security
        """,
        "sfoo sfoo": """
            mfa_reauthenticate
        """,
        "sfff sfff": """
            mfa_reauthenticate_webauthn
        """,
        "soof soff": """
            mfa_generate_recovery_codes
        """,
        "tttf rrrf": """
            footage_requests:thanks web:shared_video
        """,
        "srrf rrrf": """
            evidence:item
        """,
        "sttf srrf": """
            web:start
        """,
        "rrrf srrf": """
            footage_requests:piece
        """,
        "rrrf tttf": """
            footage_requests:kept web:shared_court web:shared_passed_on web:shared_save
        """,
        "rrrr tttf": """
            web:language
        """,
        "srrf srof": """
            admin:find_place
        """,
        "srrf srtf": """
            admin:told_try
        """,
        "srrf sorf": """
            web:find_place
        """,
        "oooo srtf": """
            staff:notice
        """,
        "rrrf ooof": """
            policy_reports:take footage_requests:again
        """,
    }.items()
    for name in names.split()
}


def addresses(resolver: URLResolver | None = None, before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Every pattern as `(name in the table, route)`."""
    for one in (resolver or get_resolver()).url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield (f"{space}{one.name}" if one.name else route), route
        else:
            inner = f"{one.namespace}:" if one.namespace else space
            yield from addresses(one, route, inner)


class Caller:
    """One of the four, with a session that is opened again where an address ended it."""

    def __init__(self, user: User | None = None, *, passed: bool = True) -> None:
        self._user, self._passed, self._client = user, passed, Client()
        self._landings = Landings()

    def ask(self, method: str, address: str) -> tuple[Any, Any]:
        """The answer, and the one where it leads."""
        client = self.client()
        response, twice = asked_twice(lambda: getattr(client, method)(address))
        assert method == "post" or not twice, (address, twice)  # who writes looks again under the locks
        return response, self._landings.follow(client, response)

    def client(self) -> Client:
        """Signed in as this person; without `passed` the session gave the password alone."""
        if self._user is not None and not is_signed_in(self._client):
            sign_in(self._client, self._user)
            if not self._passed:
                session = self._client.session
                session["account_authentication_methods"] = session["account_authentication_methods"][:1]
                session.save()
        return self._client


def strangers() -> list[Caller]:
    """The four callers, in the order of the table."""
    other = AgencyFactory.create()
    officer, hurried = StaffFactory.create(), StaffFactory.create()
    for user in (officer, hurried):
        for role in (Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.RECORDS_CUSTODIAN):
            RoleGrant.objects.create(user=user, agency=other, role=role)
    give_second_factor(hurried)
    return [Caller(), Caller(registrant(other)[0]), Caller(officer), Caller(hurried, passed=False)]


def outcome(response: Any, path: str) -> str:
    """One letter of the table."""
    landed = response.request["PATH_INFO"]
    if response.status_code >= 500:
        return "!"
    if response.status_code >= 400:
        return "r"
    if landed == path:
        return "o"
    if landed.startswith(("/accounts/2fa/", "/accounts/reauthenticate/")):
        return "f"
    return "s" if landed in ("/accounts/login/", "/accounts/signup/", "/accounts/staff/notice/") else "t"


def test_every_address_is_in_the_table() -> None:
    assert {name for name, _route in addresses()} == set(TABLE)


def test_nobody_gets_more_than_the_table_says_and_nothing_of_others(
    victim: Victim, caplog: Any, settings: LazySettings
) -> None:
    # The walk may take longer than a proof of who one is holds.
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = int(PATIENCE_S)
    callers = strangers()
    before = victim.state()
    got: dict[str, str] = {}
    for name, route in addresses():
        address = "/" + filled(name, route, victim)
        letters = []
        for method in ("get", "post"):
            for caller in callers:
                first, last = caller.ask(method, address)
                letters.append(outcome(last, address))
                for response in {id(first): first, id(last): last}.values():
                    assert_harmless(response, f"{method} {address}")
            letters.append(" ")
        got[name] = "".join(letters).strip()
    assert got == TABLE
    assert victim.state() == before
    assert not any(secret in caplog.text for secret in SECRETS)


def assert_harmless(response: Any, what: str) -> None:
    """No name, place or file of the victim's, no loosened policy for scripts, and nothing that a cache may keep."""
    body = (b"".join(response) if response.streaming else response.content).decode(errors="replace")
    said = body + str(response.headers)
    assert not any(secret in said for secret in SECRETS), what
    assert "unsafe" not in response.headers.get("Content-Security-Policy", ""), what
    assert response.headers.get("Content-Security-Policy"), what
    if response.wsgi_request.user.is_authenticated:
        assert "no-store" in response.headers.get("Cache-Control", ""), what


def filled(name: str, route: str, victim: Victim) -> str:
    """The address of a route, about what is the victim's."""
    if name == "admin:app_list":
        return "admin/cameras/"
    if name.endswith("(?P<url>.*)$"):
        return "admin/nowhere/"
    if name == "api-nowhere":
        return "api/v1/nowhere/"
    if "view_on_site" in name:
        kind = ContentType.objects.get_for_model(Partner)
        return f"admin/r/{kind.pk}/{victim.partner.pk}/"
    route = route.replace("<str:language>", "en").replace("<int:number>", "2")
    return re.sub(r"<\w+:\w+>", victim.value(name if "None" not in name else route), route)
