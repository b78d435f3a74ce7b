"""Who may see and do what with a request. Pairs answer for one and for many alike."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import User
from apps.agencies.features import Feature, has_open, is_on
from apps.agencies.models import Agency, Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as
from apps.cameras.policies import sites_of_members
from apps.cameras.states import CameraState
from apps.core.reading import asked_once
from apps.footage_requests.models import FootageRequest, Invitation, KeptForm, KindRefusal, Match
from apps.footage_requests.states import InvitationState, MatchState, RequestState
from apps.partners.models import Consent, Membership
from apps.partners.policies import is_registrant, memberships_of
from apps.terms.eligibility import may_be_asked

AUTHOR_ROLES = (Role.DETECTIVE, Role.SUPERVISOR)
VIEW_ROLES = (Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.RECORDS_CUSTODIAN, Role.AUDITOR)


def viewable_requests(user: Person) -> QuerySet[FootageRequest]:
    """Requests of the person's agencies; a draft is its author's alone. A program manager sees counts elsewhere."""
    if not isinstance(user, User) or not user.is_staff or not user.is_active:
        return FootageRequest.objects.none()
    return FootageRequest.objects.filter(
        ~Q(state=RequestState.DRAFT) | Q(author=user), agency__in=agencies_of(user, *VIEW_ROLES)
    )


def can_view_request(user: Person, request: FootageRequest) -> bool:
    if request.state == RequestState.DRAFT and request.author_id != user.pk:
        return False
    return has_role(user, request.agency, *VIEW_ROLES)


def viewable_kept_forms(user: Person) -> QuerySet[KeptForm]:
    """What the person typed and did not save: the writer's alone, as long as the writer may write requests at all."""
    if not serves_as(user, *AUTHOR_ROLES):
        return KeptForm.objects.none()
    return KeptForm.objects.filter(author=user)


def can_view_kept_form(user: Person, kept: KeptForm) -> bool:
    return kept.author_id == user.pk and serves_as(user, *AUTHOR_ROLES)


def viewable_matches(user: Person) -> QuerySet[Match]:
    """The matches of requests that the person may see. Which camera stands behind one needs a purpose besides."""
    return Match.objects.filter(request__in=viewable_requests(user))


def can_view_match(user: Person, match: Match) -> bool:
    return can_view_request(user, match.request)


def viewable_invitations(user: Person) -> QuerySet[Invitation]:
    """A registrant's: what was sent to the partners for whom the person acts now. A revoked one is gone."""
    if not is_registrant(user):
        return Invitation.objects.none()
    return invitations_concerning(memberships_of(user)).exclude(state=InvitationState.REVOKED)


def can_view_invitation(user: Person, invitation: Invitation) -> bool:
    if not is_registrant(user) or invitation.state == InvitationState.REVOKED:
        return False
    return invitations_concerning(memberships_of(user)).filter(pk=invitation.pk).exists()


def invitations_concerning(memberships: QuerySet[Membership]) -> QuerySet[Invitation]:
    """What was asked of the partners of these memberships; of who answers for some sites only, what reaches those."""
    every = memberships.filter(partner_id=OuterRef("partner_id"), only_sites=False)
    at_sites = Match.objects.filter(invitation=OuterRef("pk"), camera__site__in=sites_of_members(memberships))
    return Invitation.objects.filter(Exists(every) | Exists(at_sites))


def readable_matches(user: Person) -> QuerySet[Match]:
    """The matches about which a member may read and answer, of whatever their partners were asked."""
    memberships = memberships_of(user)
    every = memberships.filter(partner_id=OuterRef("invitation__partner_id"), only_sites=False)
    asked = Match.objects.exclude(state=MatchState.TAKEN_OUT)
    return asked.filter(Exists(every) | Q(camera__site__in=sites_of_members(memberships)))


def matches_of_reader(user: Person, invitation: Invitation) -> QuerySet[Match]:
    """Those of the invitation's matches about which this person may read and answer.

    All of them for whoever holds the link and is no member: it was sent to somebody who answers for all. Those that
    are no longer needed are not among them.
    """
    return _of_reader(user, invitation).exclude(state=MatchState.TAKEN_OUT)


def no_longer_needed(user: Person, invitation: Invitation) -> QuerySet[Match]:
    """Those about which the reader was asked and is asked no more."""
    return _of_reader(user, invitation).filter(state=MatchState.TAKEN_OUT)


def _of_reader(user: Person, invitation: Invitation) -> QuerySet[Match]:
    memberships = memberships_of(user).filter(partner_id=invitation.partner_id)
    matches = Match.objects.filter(invitation=invitation)
    if answers_for_all(user, invitation.partner_id):
        return matches
    return matches.filter(camera__site__in=sites_of_members(memberships))


def answers_for_all(user: Person, partner_id: int) -> bool:
    """Whether this person, if a member of the partner at all, answers for each of its sites."""
    limited = memberships_of(user).filter(partner_id=partner_id, only_sites=True)
    return not asked_once(("limited_at", user.pk, partner_id), limited.exists)


def still_askable(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Those whose partner may be written to again: takes part, no pause, agency allowed, terms accepted, kind too."""
    refused = KindRefusal.objects.filter(
        partner_id=OuterRef("partner_id"),
        agency_id=OuterRef("request__agency_id"),
        incident_type=OuterRef("request__incident_type"),
        ended_at__isnull=True,
    )
    return invitations.filter(~Exists(refused), may_be_asked(OuterRef("request__agency_id"), partner="partner"))


def who_refused(agency: Agency, incident_type: str) -> set[int]:
    """The partners (primary keys) that this agency asks no more about this kind of incident."""
    rows = KindRefusal.objects.filter(agency=agency, incident_type=incident_type, ended_at__isnull=True)
    return set(rows.values_list("partner_id", flat=True))


def matches_with_open_places(request: FootageRequest) -> QuerySet[Match]:
    """The matches whose cameras' places a purpose opens: none of who left, or took consent or camera back."""
    consent = Consent.objects.filter(
        partner_id=OuterRef("invitation__partner_id"), agency_id=request.agency_id, withdrawn_at__isnull=True
    )
    matches = Match.objects.filter(Exists(consent), request=request, invitation__partner__left_at__isnull=True)
    return matches.exclude(camera__state=CameraState.RETIRED).exclude(state=MatchState.TAKEN_OUT)


def can_author(user: Person, agency: Agency) -> bool:
    """Who may write requests, and count cameras for them, in this agency."""
    return has_role(user, agency, *AUTHOR_ROLES)


def may_begin(user: Person, agency: Agency) -> bool:
    """The same while the agency has requests switched on: whose pages offer a new one."""
    return can_author(user, agency) and is_on(agency, Feature.REQUESTS)


def may_begin_somewhere(user: Person) -> bool:
    """Whether `may_begin` says so of any agency."""
    return has_open(user, Feature.REQUESTS, *AUTHOR_ROLES)


def can_change(user: Person, request: FootageRequest) -> bool:
    """Only the author changes, submits and takes back what was not approved, as long as the role lasts."""
    return request.author_id == user.pk and can_author(user, request.agency)


def can_decide(user: Person, request: FootageRequest) -> bool:
    """A supervisor of the same agency who did not write it."""
    return request.author_id != user.pk and has_role(user, request.agency, Role.SUPERVISOR)


def can_end(user: Person, request: FootageRequest) -> bool:
    """The author, or any supervisor of the agency: close, withdraw once open, revoke or renew a link, remind."""
    return can_change(user, request) or has_role(user, request.agency, Role.SUPERVISOR)


def can_access_cameras(user: Person, request: FootageRequest) -> bool:
    """Whose work needs the places of an open request's cameras; a purpose for its case is asked besides.

    One that went first shows none until a supervisor has agreed.
    """
    agreed = request.state == RequestState.OPEN and request.approved_at is not None
    return agreed and has_role(user, request.agency, Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST)


def waits_for_review(request: FootageRequest) -> bool:
    """Whether it went first and no supervisor has judged that yet."""
    return request.went_first and not request.review
