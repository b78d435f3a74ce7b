"""The staff's part of signing in: what allauth calls and announces, turned into events and refusals."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa import signals as mfa_signals
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest, HttpResponse

from apps.accounts.models import EventKind, User
from apps.accounts.sources import remember_device
from apps.accounts.staff_events import record_event, staff_of_address
from apps.accounts.staff_holds import is_shut, note_failure
from apps.accounts.staff_sso import record_given_elsewhere
from apps.accounts.tallies import give_back
from apps.accounts.tries import count_try, forget_tries, take_try

IDP_SECOND_FACTOR = "idp_second_factor"  # of a SocialLogin: its provider says that a second factor was used


class StaffSignIn:
    """A part of the account adapter: tries are counted, and a shut staff account is refused on every way in."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """In place of allauth's throttle, which counts by mailbox: anybody could keep anybody else out."""
        self._try = take_try(request, str(credentials.get("email", "")))

    def _rollback_login_failed_rl_usage(self) -> None:
        give_back(self._try)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """A new password was set by who reads the mailbox. A staff account waits for its manager all the same."""
        email = str(credentials.get("email", ""))
        if staff_of_address(email) is None:
            forget_tries(email)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth calls this for every wrong password, at sign-in and when it is asked again."""
        super().authentication_failed(request, **credentials)  # type: ignore[misc]
        refused = getattr(request, "staff_refused", False)
        note_failure(
            request=request,
            user=staff_of_address(str(credentials.get("email", ""))),
            kind=EventKind.PASSWORD,
            taken=self._try,
            detail="account is shut" if refused else "",
        )

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Before the stages: also for those who come by code, by passkey or through an identity provider."""
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)  # type: ignore[misc]
        return response or self._refusal(request, user)

    def login(self, request: HttpRequest, user: User) -> None:
        """After the stages, as somebody may have guessed codes in between."""
        refusal = self._refusal(request, user)
        if refusal is not None:
            raise ImmediateHttpResponse(refusal)
        super().login(request, user)  # type: ignore[misc]

    def _refusal(self, request: HttpRequest, user: User) -> HttpResponse | None:
        if not user.is_staff or not is_shut(user):
            return None
        clear_login(request)
        record_event(request=request, kind=EventKind.SIGN_IN, succeeded=False, user=user, detail="account is shut")
        response: HttpResponse = self.respond_user_inactive(request, user)  # type: ignore[attr-defined]
        return response


def second_factor_was_given_elsewhere(login: Any) -> bool:
    """Whether the agency's identity provider says so of this sign-in, and its configuration lets that count."""
    social = (login.signal_kwargs or {}).get("sociallogin")
    return bool(getattr(social, IDP_SECOND_FACTOR, False))


def _is_staff(user: Any) -> bool:
    return isinstance(user, User) and user.is_staff


def _signed_in(*, request: HttpRequest, user: User, **extra: Any) -> None:
    if _is_staff(user):
        social = extra.get("sociallogin")
        if getattr(social, IDP_SECOND_FACTOR, False):
            record_given_elsewhere(request, user, at=getattr(social, "auth_time", None))
        detail = f"through {social.account.provider}" if social is not None else ""
        record_event(request=request, kind=EventKind.SIGN_IN, succeeded=True, user=user, detail=detail)
    elif isinstance(user, User):
        remember_device(request, user.email)


def _signed_out(*, request: HttpRequest, user: Any, **_: Any) -> None:
    if _is_staff(user):
        record_event(request=request, kind=EventKind.SIGN_OUT, succeeded=True, user=user)


def _step(*, request: HttpRequest, user: Any, method: str, **extra: Any) -> None:
    kinds = {"password": EventKind.PASSWORD, "mfa": EventKind.SECOND_FACTOR, "code": EventKind.CODE}
    if _is_staff(user) and method in kinds:
        detail = " ".join(filter(None, (str(extra.get("type", "")), "again" if extra.get("reauthenticated") else "")))
        record_event(request=request, kind=kinds[method], succeeded=True, user=user, detail=detail)
        if method == "mfa":
            remember_device(request, user.email)


def _wrong_second_factor(*, request: HttpRequest, user: User, **_: Any) -> None:
    if _is_staff(user):
        taken = getattr(request, "sign_in_try", None) or count_try(request, user.email)
        note_failure(request=request, user=user, kind=EventKind.SECOND_FACTOR, taken=taken)


def _wrong_code(*, request: HttpRequest, user: User, **_: Any) -> None:
    if _is_staff(user):
        note_failure(request=request, user=user, kind=EventKind.CODE, taken=count_try(request, user.email))


def _password_changed(*, request: HttpRequest, user: User, **_: Any) -> None:
    if _is_staff(user):
        record_event(request=request, kind=EventKind.PASSWORD_CHANGED, succeeded=True, user=user)


def _second_factor_changed(*, request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    if _is_staff(user):
        record_event(
            request=request,
            kind=EventKind.SECOND_FACTOR_CHANGED,
            succeeded=True,
            user=user,
            detail=str(authenticator.type),
        )


def listen() -> None:
    """Connect what allauth and Django announce. Called once, when the app is ready."""
    account_signals.user_logged_in.connect(_signed_in, dispatch_uid="staff.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="staff.signed_out")
    account_signals.authentication_step_completed.connect(_step, dispatch_uid="staff.step")
    mfa_signals.authentication_failed.connect(_wrong_second_factor, dispatch_uid="staff.wrong_second_factor")
    account_signals.login_code_rejected.connect(_wrong_code, dispatch_uid="staff.wrong_login_code")
    account_signals.password_reset_code_rejected.connect(_wrong_code, dispatch_uid="staff.wrong_reset_code")
    for signal in (account_signals.password_changed, account_signals.password_set, account_signals.password_reset):
        signal.connect(_password_changed, dispatch_uid="staff.password_changed")
    for signal in (
        mfa_signals.authenticator_added,
        mfa_signals.authenticator_removed,
        mfa_signals.authenticator_reset,
    ):
        signal.connect(_second_factor_changed, dispatch_uid="staff.second_factor_changed")
