"""How people sign in: codes by mail, passwords, second factors."""

from config.settings.components.environment import env

AUTHENTICATION_BACKENDS = [
    "apps.accounts.backend.PortalBackend",
]
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
# Not ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE: it is offered for new addresses only, which tells who has an account.
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# A mailed code opens the account of the person who reads the mailbox, or makes one: apps/accounts/code_sign_in.py.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 3
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = "/accounts/security/"
# Counted by us, by mailbox and source and exactly (apps/accounts/tries.py, code_budget.py): allauth counts by mailbox
# or by address alone, so that anybody could keep others out.
ACCOUNT_RATE_LIMITS = dict.fromkeys(
    ("login", "login_failed", "signup", "request_login_code", "reset_password", "reset_password_from_key"), ""
)

ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {"reset_password": "apps.accounts.forms.ForgottenPasswordForm"}
ACCOUNT_SESSION_REMEMBER = False
# Who finds a session open must not take the account by changing its address and asking for a new password.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300

MFA_ADAPTER = "apps.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "apps.accounts.second_factor_forms.EnterSecondFactor",
    "reauthenticate": "apps.accounts.second_factor_forms.ProveSecondFactor",
}
# There is nothing to guess about a passkey, and what others send from the same address keeps nobody's out.
MFA_RATE_LIMITS = {"webauthn_login": ""}
# A passkey counts as two factors because the device checks who holds it (NIST SP 800-63B-4); others are not taken.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = env.str("PORTAL_NAME", default="Community Camera Partnership")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:start"
LOGOUT_REDIRECT_URL = "web:home"
SESSION_ENGINE = "apps.accounts.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# NIST SP 800-63B-4: 15 or more when the password stands alone, 64 accepted, a blocklist, no composition rules.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "apps.agencies.password_words.PlaceWordsValidator"},
]
