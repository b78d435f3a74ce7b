"""The apps, the middleware and the templates."""

from config.settings.components.environment import BASE_DIR

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
    "apps.findings",
    "apps.streets",
    "apps.policy_reports",
    "apps.links",
    "apps.agencies",
    "apps.cases",
    "apps.access",
    "apps.calls",
    "apps.partners",
    "apps.terms",
    "apps.specifications",
    "apps.cameras",
    "apps.counts",
    "apps.prospects",
    "apps.imports",
    "apps.footage_requests",
    "apps.evidence",
    "apps.program",
    "apps.privacy",
    "apps.api",
    "apps.staff",
    "apps.web",
]

MIDDLEWARE = [
    "apps.core.forwarded.ForwardedMiddleware",
    "apps.core.headers.HeadersMiddleware",
    "apps.core.transport.PlainHttpMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.core.methods.MethodsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "apps.accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.AccountPreferencesMiddleware",
    "apps.core.reading.ReadingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.sources.KnownDeviceMiddleware",
    "apps.accounts.session_activity.SessionActivityMiddleware",
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
