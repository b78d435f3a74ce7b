"""Who comes in through an agency's own identity provider: its staff, and nobody else."""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render

from apps.accounts.models import EventKind, User, normalize_email
from apps.accounts.staff_events import record_event
from apps.accounts.staff_holds import is_shut
from apps.accounts.staff_signin import IDP_SECOND_FACTOR
from apps.accounts.staff_sso import record_given_elsewhere
from apps.agencies.models import RoleGrant
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject


class AgencySignIn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Decides whose account a sign-in at an agency's provider opens.

    An account that was tied to the provider's own id of the person. The first time it is the staff account with the
    same verified address in one of the provider's domains, or a new one, which has no role and so no right until a
    program manager gives one. Never a private account, and never another agency's staff: a provider vouches for its
    own people alone.
    """

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """Look at the claims, and keep none: the tie is the provider's id of the person, nothing else is stored."""
        provider = _configured(sociallogin.account.provider)
        claims = sociallogin.account.extra_data
        sociallogin.account.extra_data = {}
        sociallogin.person_name = str(
            data.get("name") or " ".join(filter(None, (data.get("first_name"), data.get("last_name"))))
        )
        if provider is not None:
            setattr(sociallogin, IDP_SECOND_FACTOR, _used_second_factor(provider, claims))
            sociallogin.auth_time = _auth_time(claims)
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """allauth asks here, before anything is signed in, made or tied. Refuses with a page that says what to do."""
        provider = _configured(sociallogin.account.provider)
        if provider is None:
            _refuse(request, None, "unknown provider", "unknown")
        process = sociallogin.state.get("process")
        person = sociallogin.user if sociallogin.is_existing else None
        if process == "redirect":
            self._prove_again(request, sociallogin, person)
            return
        if process != "login":
            _refuse(request, person, f"{provider['id']}: {process}", "unknown")
        try:
            person = person or _person_of(request, sociallogin, provider)
        except _Refused as refusal:
            _refuse(request, refusal.person, refusal.detail, refusal.why)
        if not person.is_staff or is_shut(person):
            _refuse(request, person, f"{provider['id']}: account is shut", "shut")

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """An account was found or made before this; nobody signs up through a provider."""
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """A tie is made by the first sign-in at one's own agency: nobody has to be warned of it."""

    @staticmethod
    def _prove_again(request: HttpRequest, sociallogin: SocialLogin, person: User | None) -> None:
        """An open session proves itself at the provider: for the same person only, and only in this session."""
        if person is None or request.user != person:
            _refuse(request, person, "another person", "other")
        record_authentication(request, person, method="socialaccount", provider=sociallogin.account.provider)
        if getattr(sociallogin, IDP_SECOND_FACTOR, False):
            record_given_elsewhere(request, person, at=sociallogin.auth_time)


def _configured(provider_id: str) -> dict[str, Any] | None:
    return next((one for one in settings.STAFF_IDENTITY_PROVIDERS if one["id"] == provider_id), None)


def _used_second_factor(provider: dict[str, Any], claims: dict[str, Any]) -> bool:
    """Whether what the provider says (amr, acr, AuthnContext) is among what its configuration lets count."""
    token = claims.get("id_token") or {}
    said = {*_listed(token.get("amr")), *_listed(token.get("acr")), *_listed(claims.get("authn_contexts"))}
    return not said.isdisjoint(provider.get("second_factor", []))


def _auth_time(claims: dict[str, Any]) -> float | None:
    said = (claims.get("id_token") or {}).get("auth_time")
    return float(said) if isinstance(said, int | float) else None


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []


class _Refused(Exception):
    """Leaves the transaction first: the event of the refusal has to stay."""

    def __init__(self, person: User | None, detail: str, why: str) -> None:
        super().__init__(detail)
        self.person, self.detail, self.why = person, detail, why


def _person_of(request: HttpRequest, sociallogin: SocialLogin, provider: dict[str, Any]) -> User:
    """The staff account for somebody who comes the first time, tied to the provider's id from now on."""
    domains = {domain.lower() for domain in provider["domains"]}
    proved = [normalize_email(address.email) for address in sociallogin.email_addresses if address.verified]
    email = next((one for one in proved if one.partition("@")[2] in domains), None)
    if email is None:
        raise _Refused(None, f"{provider['id']}: address", "address")
    with transaction.atomic():
        person = locked(User.objects).filter(email=email).first()
        if person is None and EmailAddress.objects.filter(email=email).exists():
            raise _Refused(None, f"{provider['id']}: private account", "private")
        if person is None:
            person = _make(email, sociallogin.person_name, provider)
        elif not person.is_staff:
            raise _Refused(None, f"{provider['id']}: private account", "private")
        elif not _belongs(person, provider):
            raise _Refused(person, f"{provider['id']}: another agency or id", "other")
        sociallogin.connect(request, person)
    return person


def _belongs(person: User, provider: dict[str, Any]) -> bool:
    """A colleague of this agency, or somebody without any role yet; and not tied to another id of the provider.

    An agency gives a departed colleague's address to the next one: the new id must not open the old account.
    """
    if SocialAccount.objects.filter(user=person, provider=provider["id"]).exists():
        return False
    grants = RoleGrant.objects.filter(user=person)
    return not grants.exists() or grants.filter(agency__short_name=provider["agency"]).exists()


def _make(email: str, name: str, provider: dict[str, Any]) -> User:
    person = User.objects.create_user(email, None, name=" ".join(name.split())[:150], is_staff=True)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    ledger.record(
        "staff_account.opened",
        Subject.of("user", person.public_id),
        Actor.system("identity_provider"),
        through=provider["id"],
    )
    return person


def _refuse(request: HttpRequest, person: User | None, detail: str, why: str) -> NoReturn:
    record_event(request=request, kind=EventKind.SIGN_IN, succeeded=False, user=person, detail=detail)
    raise ImmediateHttpResponse(render(request, "socialaccount/refused.html", {"why": why}, status=403))
