"""Where the portal runs: folders, addresses, the switches that `local` and `production` set."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[3]
env = environ.Env()

DATA_DIR = Path(env.path("DATA_DIR", default=str(BASE_DIR / "var")).root)

DEBUG = False
DEMO = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
SITE_URL: str = env.str("SITE_URL", default="http://localhost:8000")

# Proxies of ours before the portal: the caller's address is that many places from the end of X-Forwarded-For. Without
# one the header is anybody's word. Rate limits by address count everybody as one where this is wrong.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=int(env.bool("BEHIND_PROXY", default=False)))
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
