"""Settings that hold wherever the portal runs.

Secrets come from the environment alone. `local`, `test` and `production` import this module and add what differs.
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from csp.constants import NONCE, NONE, SELF

from config.settings.identity import as_library_settings, read_providers

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

DATA_DIR = env.path("DATA_DIR", default=str(BASE_DIR / "var")).root
DATA_DIR = Path(DATA_DIR)

DEBUG = False
DEMO = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
SITE_URL: str = env.str("SITE_URL", default="http://localhost:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "apps.staff.admin_config.StaffAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "csp",
    "apps.core",
    "apps.geo",
    "apps.media",
    "apps.ledger",
    "apps.uploads",
    "apps.accounts",
    "apps.notifications",
    "apps.agencies",
    "apps.partners",
    "apps.terms",
    "apps.cameras",
    "apps.imports",
    "apps.footage_requests",
    "apps.evidence",
    "apps.privacy",
    "apps.api",
    "apps.staff",
    "apps.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "apps.accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.AccountPreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.session_activity.SeenMiddleware",
    "apps.accounts.middleware.StaffSecondFactorMiddleware",
    "apps.accounts.staff_middleware.StaffSessionMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.core.problems.ProblemMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "apps.web.context_processors.portal",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
# A socket folder stands percent-encoded where a URL has its host: postgres://portal@%2Frun%2Fpostgresql/portal
DATABASES["default"]["HOST"] = unquote(str(DATABASES["default"].get("HOST", "")))
# Nobody waits longer than this for what somebody else holds; then it is "try again" (docs/locking.md).
LOCK_SECONDS: int = env.int("LOCK_SECONDS", default=15)
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["ENGINE"] = "apps.core.postgres"
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = f"-c lock_timeout={LOCK_SECONDS}s"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Our back-end queues writers fairly; WAL itself is switched on once, at set-up (`manage.py prepare_database`).
    DATABASES["default"]["ENGINE"] = "apps.core.sqlite"
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": LOCK_SECONDS,
        "init_command": "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;",
    }

# Sign-in
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
# A code by mail opens the account of who reads the mailbox, or makes it: apps/accounts/code_door.py.
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
# Five failures in 15 minutes: public accounts are throttled (CJIS AC-7 names the same figures for staff).
# Codes by mail: three guesses each, so 30 a day for an address leave a guesser 90 tries in a million, and its owner's
# mailbox is not flooded. A password and a passkey still open while an address has had its share.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip,5/15m/key",
    "request_login_code": "20/m/ip,3/5m/key,10/h/key,30/d/key",
}
# Proxies of ours before the portal: the caller's address is that many places from the end of X-Forwarded-For. Without
# one the header is anybody's word. Rate limits by address count everybody as one where this is wrong.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=int(env.bool("BEHIND_PROXY", default=False)))
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {"reset_password": "apps.accounts.forms.ForgottenPasswordForm"}
ACCOUNT_SESSION_REMEMBER = False
# Who finds a session open must not take the account by changing its address and asking for a new password.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Staff give a code again after so long (CJIS IA-11), however busy the session is.
STAFF_SESSION_HOURS: int = env.int("STAFF_SESSION_HOURS", default=12)
# So many failures in so many minutes lock a staff account until somebody releases it (CJIS AC-7).
STAFF_LOCK_FAILURES: int = env.int("STAFF_LOCK_FAILURES", default=5)
STAFF_LOCK_MINUTES: int = env.int("STAFF_LOCK_MINUTES", default=15)
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
# Sign-in events of staff are kept so long; never less than a year (CJIS AU-11).
SIGN_IN_EVENT_DAYS: int = env.int("SIGN_IN_EVENT_DAYS", default=1096)
# Agencies' own identity providers, for staff only (docs/operations.md); none by default.
STAFF_IDENTITY_PROVIDERS: list[dict[str, Any]] = read_providers(env)
SOCIALACCOUNT_PROVIDERS = as_library_settings(STAFF_IDENTITY_PROVIDERS, longest_s=STAFF_SESSION_HOURS * 3600)
SOCIALACCOUNT_ADAPTER = "apps.agencies.sso.AgencySignIn"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
MFA_ADAPTER = "apps.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey counts as two factors because the device checks who holds it (NIST SP 800-63B-4); others are not taken.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = env.str("PORTAL_NAME", default="Community Camera Partnership")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:start"
LOGOUT_REDIRECT_URL = "web:home"
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
]

# Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files: ours from static/, front-end packages straight from node_modules, nothing third-party committed.
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/uswds/css", NODE_MODULES / "@uswds/uswds/dist/css"),
    ("vendor/uswds/fonts", NODE_MODULES / "@uswds/uswds/dist/fonts"),
    ("vendor/uswds/img", NODE_MODULES / "@uswds/uswds/dist/img"),
    ("vendor/uswds/js", NODE_MODULES / "@uswds/uswds/dist/js"),
    ("vendor/maplibre", NODE_MODULES / "maplibre-gl/dist"),
    ("vendor/terra-draw", NODE_MODULES / "terra-draw/dist"),
    ("vendor/terra-draw-maplibre", NODE_MODULES / "terra-draw-maplibre-gl-adapter/dist"),
    ("vendor/tus", NODE_MODULES / "tus-js-client/dist"),
    ("vendor/hash-wasm", NODE_MODULES / "hash-wasm/dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "nothing-is-kept-here"

# Security headers. The one inline element is the import map; it carries the nonce.
CONTENT_SECURITY_POLICY: dict[str, dict[str, list[object]]] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
# A form that leads to a provider is redirected there.
for _provider in STAFF_IDENTITY_PROVIDERS:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += _provider["origins"]
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# Mail goes through the outbox; only sign-in codes are sent directly.
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 30  # seconds for each word of the server, far below the lease of a message
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@localhost")

# Stores
EVIDENCE_URL: str = env.str("EVIDENCE_URL", default=f"file://{DATA_DIR / 'evidence'}")
STAGING_DIR = Path(env.str("STAGING_DIR", default=str(DATA_DIR / "staging")))
SCRATCH_DIR = Path(env.str("SCRATCH_DIR", default=str(DATA_DIR / "scratch")))
FFMPEG_BINARY: str = env.str("FFMPEG_BINARY", default="ffmpeg")
# Decoding without the kernel's confinement is refused unless an operator says otherwise.
MEDIA_ALLOW_UNCONFINED: bool = env.bool("MEDIA_ALLOW_UNCONFINED", default=False)

# Uploads. A scope is, for instance, one invitation.
UPLOAD_MAX_BYTES: int = env.int("UPLOAD_MAX_BYTES", default=200 * 1024**3)
UPLOAD_BYTES_PER_SCOPE: int = env.int("UPLOAD_BYTES_PER_SCOPE", default=1024**4)
UPLOAD_OPEN_PER_SCOPE: int = env.int("UPLOAD_OPEN_PER_SCOPE", default=50)
UPLOAD_DAYS: int = env.int("UPLOAD_DAYS", default=7)  # an unfinished upload that hears nothing so long is given up
UPLOAD_RESERVE_BYTES: int = env.int("UPLOAD_RESERVE_BYTES", default=1024**3)  # kept free on the staging disk
UPLOAD_SILENCE_S: float = env.float("UPLOAD_SILENCE_S", default=30.0)
UPLOAD_MIN_RATE: int = env.int("UPLOAD_MIN_RATE", default=512)  # bytes per second, over UPLOAD_RATE_WINDOW_S
UPLOAD_RATE_WINDOW_S: float = env.float("UPLOAD_RATE_WINDOW_S", default=60.0)
UPLOAD_COMMIT_BYTES: int = env.int("UPLOAD_COMMIT_BYTES", default=64 * 1024**2)
UPLOAD_COMMIT_S: float = env.float("UPLOAD_COMMIT_S", default=5.0)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# The ledger's name in its signed checkpoints (no scheme, no port, no spaces). After a change of name or key the old
# verifier keys (`manage.py verify_ledger` prints the present one) go into LEDGER_OLD_VERIFIERS.
LEDGER_ORIGIN: str = env.str("LEDGER_ORIGIN", default=f"{urlsplit(SITE_URL).hostname}/ledger")
LEDGER_OLD_VERIFIERS: list[str] = env.list("LEDGER_OLD_VERIFIERS", default=[])

# Queue. The database is the truth; the broker only carries messages.
CELERY_BROKER_URL: str = env.str("BROKER_URL", default=f"redis+socket://{DATA_DIR / 'run' / 'queue.sock'}")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_TASK_DEFAULT_QUEUE = "default"
# What can take minutes has a queue and a worker of its own, so that large files or a mail server that hangs stop
# nothing else: sealing reads whole originals, decoding runs at the lowest priority, mail waits for a server.
CELERY_TASK_ROUTES = {
    "apps.evidence.tasks.process_item": {"queue": "seal"},
    "apps.evidence.tasks.make_playable": {"queue": "media"},
    "apps.notifications.tasks.send_due_messages": {"queue": "mail"},
}
CELERY_TASK_TIME_LIMIT = 3600
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    # A bell that nobody heard for a while is not rung again and again once a worker is back.
    "sequence-ledger": {
        "task": "apps.ledger.tasks.sequence_ledger",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "send-messages": {
        "task": "apps.notifications.tasks.send_due_messages",
        "schedule": 10.0,
        "options": {"expires": 30},
    },
    "sweep-evidence": {"task": "apps.evidence.tasks.sweep_evidence", "schedule": 60.0},
    "sweep-uploads": {"task": "apps.uploads.tasks.sweep_uploads", "schedule": 300.0},
    "sweep-register": {"task": "apps.cameras.tasks.sweep_register", "schedule": 60.0},
    "remind-partners": {"task": "apps.footage_requests.tasks.remind_due_invitations", "schedule": 600.0},
    "keep-terms": {"task": "apps.terms.tasks.keep_terms", "schedule": 60.0, "options": {"expires": 60}},
    "forget-camera-drafts": {"task": "apps.cameras.tasks.forget_old_drafts", "schedule": 3600.0},
    "erase-accounts": {"task": "apps.privacy.tasks.erase_closed_accounts", "schedule": 3600.0},
    "confirm-cameras": {"task": "apps.cameras.tasks.sweep_confirmations", "schedule": 900.0},
    "expire-member-invitations": {"task": "apps.partners.tasks.expire_member_invitations", "schedule": 3600.0},
    # Hourly, though it is a day's work: a worker that was down at the one hour would miss the day.
    "look-after-staff": {"task": "apps.agencies.tasks.look_after_staff", "schedule": 3600.0},
    "expire-requests": {"task": "apps.footage_requests.tasks.expire_due_requests", "schedule": 60.0},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.api_tokens.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "apps.core.problems.api_exception_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
    "NUM_PROXIES": TRUSTED_PROXIES,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Community Camera Partnership Portal",
    "DESCRIPTION": "A partner's own cameras, and the requests to them, under the same rules as the portal's pages.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "CameraStateEnum": "apps.cameras.states.CameraState",
        "MatchStateEnum": "apps.footage_requests.states.MatchState",
        "InvitationStateEnum": "apps.footage_requests.states.InvitationState",
    },
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

# Rate limits count here: one process may keep them in memory, several processes need CACHE_URL (redis://…).
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

# What a city configures. Nothing in the code names Tallahassee.
# Where this portal's source code can be had: AGPL-3.0 section 13 asks for it wherever a changed copy serves people.
PORTAL_SOURCE_URL: str = env.str("PORTAL_SOURCE_URL", default="")
PORTAL_NAME: str = env.str("PORTAL_NAME", default="Community Camera Partnership")
# IANA zone in which people see times who have chosen none; stored times are UTC.
PORTAL_TIME_ZONE: str = env.str("PORTAL_TIME_ZONE", default="UTC")
PORTAL_CITY: str = env.str("PORTAL_CITY", default="")
# west, south, east, north in degrees: where the maps open and where cameras are expected
PORTAL_BOUNDS: tuple[float, ...] = tuple(env.list("PORTAL_BOUNDS", cast=float, default=[-84.60, 30.30, -84.05, 30.68]))

# Optional raster tiles under the maps, for instance https://tiles.example.org/{z}/{x}/{y}.png; without them the maps
# show zones and a grid, and nothing leaves the portal.
MAP_TILES_URL: str = env.str("MAP_TILES_URL", default="")
MAP_TILES_ATTRIBUTION: str = env.str("MAP_TILES_ATTRIBUTION", default="")
if MAP_TILES_URL:
    _tiles = urlsplit(MAP_TILES_URL)
    for _directive in ("img-src", "connect-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][_directive] += [f"{_tiles.scheme}://{_tiles.netloc}"]

# Street addresses are looked up by "census" (US Census Bureau), a class of your own by its dotted path (see
# apps/cameras/geocoding/protocol.py), or "none". GEOCODER_CITY completes an address that names no city.
GEOCODER: str = env.str("GEOCODER", default="none")
GEOCODER_URL: str = env.str("GEOCODER_URL", default="https://geocoding.geo.census.gov")
GEOCODER_CITY: str = env.str("GEOCODER_CITY", default=PORTAL_CITY)
GEOCODER_PER_HOUR: int = env.int("GEOCODER_PER_HOUR", default=30)
# What somebody typed into a camera's form and did not send is forgotten after so many days.
CAMERA_DRAFT_DAYS: int = env.int("CAMERA_DRAFT_DAYS", default=30)

# Limits of a request (mission: "narrow"), each a default that a city may change.
REQUEST_AREA_MIN_M2: int = env.int("REQUEST_AREA_MIN_M2", default=10_000)
REQUEST_AREA_MAX_M2: int = env.int("REQUEST_AREA_MAX_M2", default=3_000_000)
# Wider than the maximum a supervisor decides; wider than this nobody does.
REQUEST_AREA_HARD_MAX_M2: int = env.int("REQUEST_AREA_HARD_MAX_M2", default=30_000_000)
REQUEST_WINDOW_MAX_HOURS: int = env.int("REQUEST_WINDOW_MAX_HOURS", default=24)
REQUEST_OPEN_DAYS: int = env.int("REQUEST_OPEN_DAYS", default=14)
COUNT_FLOOR: int = env.int("COUNT_FLOOR", default=5)
COUNTS_PER_HOUR: int = env.int("COUNTS_PER_HOUR", default=120)
REMIND_AFTER_HOURS: int = env.int("REMIND_AFTER_HOURS", default=24)
REMIND_BEFORE_HOURS: int = env.int("REMIND_BEFORE_HOURS", default=48)
# Whole days between publishing terms and their taking effect: a material change, and any other. A material one is
# spoken of once more so many days before.
TERMS_NOTICE_DAYS: int = env.int("TERMS_NOTICE_DAYS", default=30)
TERMS_NOTICE_DAYS_OTHER: int = env.int("TERMS_NOTICE_DAYS_OTHER", default=0)
TERMS_REMIND_DAYS: int = env.int("TERMS_REMIND_DAYS", default=7)
# Owners say once a year that their cameras are still as registered. Days after the first letter: the second, the third,
# and lapsing. Many that are due on one day are asked over four weeks, and never more than so many partners a day.
CONFIRM_EVERY_DAYS: int = env.int("CONFIRM_EVERY_DAYS", default=365)
CONFIRM_REMIND_DAYS: tuple[int, int] = (
    env.int("CONFIRM_REMIND_DAYS", default=14),
    env.int("CONFIRM_REMIND_AGAIN_DAYS", default=28),
)
CONFIRM_LAPSE_DAYS: int = env.int("CONFIRM_LAPSE_DAYS", default=42)
CONFIRM_LETTERS_PER_DAY: int = env.int("CONFIRM_LETTERS_PER_DAY", default=200)
# An association's contact may forward so many appeals; their links lead to this portal or to one of these hosts.
APPEALS_PER_DAY: int = env.int("APPEALS_PER_DAY", default=2)
APPEALS_PER_MONTH: int = env.int("APPEALS_PER_MONTH", default=8)
APPEAL_HOSTS: list[str] = env.list("APPEAL_HOSTS", default=[])
MEMBER_INVITATION_DAYS: int = env.int("MEMBER_INVITATION_DAYS", default=14)
# A closed account can be kept for so many days; then it is erased.
ERASE_AFTER_DAYS: int = env.int("ERASE_AFTER_DAYS", default=30)
# Who gave evidence is kept so long after the last file, for a court that asks who can testify to it (Wagner v. State;
# s. 90.902(11), F.S.). Four years: s. 775.15(2), F.S. The records custodian signs (s. 257.36(6), F.S.; (c) counsel).
EVIDENCE_CONTACT_DAYS: int = env.int("EVIDENCE_CONTACT_DAYS", default=1461)
PURPOSE_HOURS: int = env.int("PURPOSE_HOURS", default=8)

# Imports of cameras. A file is read in memory and never stored; its rows lie encrypted for so many days at most.
IMPORT_MAX_BYTES: int = env.int("IMPORT_MAX_BYTES", default=16_000_000)
IMPORT_MAX_ROWS: int = env.int("IMPORT_MAX_ROWS", default=20_000)
IMPORT_KEEP_DAYS: int = env.int("IMPORT_KEEP_DAYS", default=7)
# Owners whom an agency entered are reminded once, after half of these days, then erased.
OWNER_ANSWER_DAYS: int = env.int("OWNER_ANSWER_DAYS", default=60)
OWNER_INVITES_PER_MINUTE: int = env.int("OWNER_INVITES_PER_MINUTE", default=30)
CELERY_BEAT_SCHEDULE |= {
    "sweep-imports": {"task": "apps.imports.tasks.sweep_imports", "schedule": 60.0, "options": {"expires": 60}},
    "erase-imports": {"task": "apps.imports.tasks.erase_imports", "schedule": 3600.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"fido2": {"level": "WARNING"}},  # it would name each passkey at each use
}
