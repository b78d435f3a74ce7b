"""What holds for staff accounts alone (CJIS), and agencies' own identity providers."""

from typing import Any

from config.settings.components.environment import env
from config.settings.identity import as_library_settings, read_providers

# Where the city's practice portal is; the staff's first page leads there. Empty: there is none.
PRACTICE_URL: str = env.str("PRACTICE_URL", default="")
# Staff give a code again after so long (CJIS IA-11), however busy the session is.
STAFF_SESSION_HOURS: int = env.int("STAFF_SESSION_HOURS", default=12)
# So many failures in so many minutes from one device or address shut it out of the account (CJIS AC-7).
STAFF_LOCK_FAILURES: int = env.int("STAFF_LOCK_FAILURES", default=5)
STAFF_LOCK_MINUTES: int = env.int("STAFF_LOCK_MINUTES", default=15)
# It waits so many minutes, longer each time; after the last of these, and at once if there are none, it waits until
# a program manager releases the account.
STAFF_LOCK_WAITS: list[int] = env.list("STAFF_LOCK_WAITS", cast=int, default=[15, 60, 240, 1440])
# So many failures a day from all unknown devices together: from then on known devices and passkeys alone get in.
STAFF_FLOOD_FAILURES: int = env.int("STAFF_FLOOD_FAILURES", default=100)
# A staff session locks after so long without a key or a click; the page says so before (CJIS AC-11, WCAG 2.2.1).
STAFF_IDLE_MINUTES: int = env.int("STAFF_IDLE_MINUTES", default=30)
STAFF_IDLE_WARNING_SECONDS: int = env.int("STAFF_IDLE_WARNING_SECONDS", default=120)
# A privileged act needs a proof of who it is no older than this (CJIS IA-11).
STAFF_PRIVILEGED_MINUTES: int = env.int("STAFF_PRIVILEGED_MINUTES", default=15)
# A staff account that nobody used for so long is disabled; the person is told before (CJIS AC-2(3)).
STAFF_UNUSED_DAYS: int = env.int("STAFF_UNUSED_DAYS", default=90)
STAFF_UNUSED_WARNINGS: list[int] = env.list("STAFF_UNUSED_WARNINGS", cast=int, default=[76, 83])
# The notice before the staff's sign-in (CJIS AC-8); empty: the portal's own words.
STAFF_NOTICE: dict[str, str] = {
    "en": env.str("STAFF_NOTICE_EN", default=""),
    "es": env.str("STAFF_NOTICE_ES", default=""),
}
# The link and the code for setting up a staff account work for so long.
STAFF_SETUP_HOURS: int = env.int("STAFF_SETUP_HOURS", default=72)
# Sign-in events of staff are kept so long; never less than a year (CJIS AU-11).
SIGN_IN_EVENT_DAYS: int = env.int("SIGN_IN_EVENT_DAYS", default=1096)
# Agencies' own identity providers, for staff only (docs/operations.md); none by default.
STAFF_IDENTITY_PROVIDERS: list[dict[str, Any]] = read_providers(env)
SOCIALACCOUNT_PROVIDERS = as_library_settings(STAFF_IDENTITY_PROVIDERS, longest_s=STAFF_SESSION_HOURS * 3600)
SOCIALACCOUNT_ADAPTER = "apps.agencies.sso.AgencySignIn"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
