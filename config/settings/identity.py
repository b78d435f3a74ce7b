"""Agencies' own identity providers, from the environment. None by default."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from config.settings.reading import Environment

SETTING = "STAFF_IDENTITY_PROVIDERS"
NEEDED = {
    "oidc": ("server_url", "client_id"),
    "saml": ("entity_id", "sso_url", "x509cert"),
}


def read_providers(env: Environment) -> list[dict[str, Any]]:
    """The list in STAFF_IDENTITY_PROVIDERS (JSON), each with its secret from STAFF_IDP_SECRET_<ID>.

    Notes a problem and gives none where one is half configured: that door stays shut, and says so at start.
    """
    providers: list[dict[str, Any]] = env.json(SETTING, default=[])
    if not isinstance(providers, list) or not all(isinstance(one, dict) for one in providers):
        env.problem(SETTING, "has to be a list of objects in JSON.")
        return []
    for one in providers:
        problem = _problem_of(one)
        if problem:
            env.problem(SETTING, f"{one.get('id', '?')} {problem}")
            return []
        one["secret"] = env.str(f"STAFF_IDP_SECRET_{str(one['id']).upper().replace('-', '_')}", default="")
        address = urlsplit(str(one.get("server_url") or one.get("sso_url")))
        one["origins"] = [*one.get("origins", []), f"{address.scheme}://{address.netloc}"]
    return providers


def _problem_of(one: dict[str, Any]) -> str:
    kind = one.get("kind", "")
    missing = [name for name in ("id", "agency", "name", "domains", *NEEDED.get(kind, ())) if not one.get(name)]
    if kind not in NEEDED or missing:
        return f"needs kind oidc or saml, and {', '.join(missing)}."
    address = urlsplit(str(one.get("server_url") or one.get("sso_url")))
    if address.scheme != "https" and address.hostname not in ("localhost", "127.0.0.1"):
        return "is not reached by https."
    return ""


def as_library_settings(providers: list[dict[str, Any]], *, longest_s: int) -> dict[str, Any]:
    """What allauth wants to know of them. `longest_s`: how old a sign-in at the provider may be, seconds."""
    apps: dict[str, list[dict[str, Any]]] = {"openid_connect": [], "saml": []}
    for one in providers:
        if one["kind"] == "oidc":
            apps["openid_connect"].append(
                {
                    "provider_id": one["id"],
                    "name": one["name"],
                    "client_id": one["client_id"],
                    "secret": one["secret"],
                    "settings": {
                        "server_url": one["server_url"],
                        "oauth_pkce_enabled": True,
                        "auth_params": {"max_age": str(longest_s)},
                        "verified_email": one["domains"] if one.get("trust_email") else None,
                    },
                }
            )
        else:
            apps["saml"].append(
                {
                    "provider_id": one["id"],
                    "name": one["name"],
                    "client_id": one["id"],
                    "settings": {
                        "idp": {name: one[name] for name in ("entity_id", "sso_url", "x509cert")},
                        "verified_email": one["domains"],
                        "use_nameid_for_email": bool(one.get("use_nameid_for_email")),
                        # Signed assertions, asked for by us, for this very request.
                        "advanced": {"want_assertion_signed": True, "reject_idp_initiated_sso": True},
                        **({"attribute_mapping": one["attributes"]} if one.get("attributes") else {}),
                    },
                }
            )
    return {provider: {"APPS": found} for provider, found in apps.items() if found}
