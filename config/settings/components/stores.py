"""Database, cache, evidence, and the folders that files pass through."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from environ import Env

from config.settings.components.environment import DATA_DIR, env

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

EVIDENCE_URL: str = env.str("EVIDENCE_URL", default=f"file://{DATA_DIR / 'evidence'}")
# An object store (s3://bucket/folder?endpoint=https://host): how the portal speaks to it. Without keys here boto3 looks
# where it always does, for instance for a role of the computer.
EVIDENCE_S3_KEY_ID: str = env.str("EVIDENCE_S3_KEY_ID", default="")
EVIDENCE_S3_SECRET: str = env.str("EVIDENCE_S3_SECRET", default="")
EVIDENCE_S3_REGION: str = env.str("EVIDENCE_S3_REGION", default="us-east-1")
EVIDENCE_S3_ADDRESSING: str = env.str("EVIDENCE_S3_ADDRESSING", default="auto")
EVIDENCE_S3_CA_BUNDLE: str = env.str("EVIDENCE_S3_CA_BUNDLE", default="")
EVIDENCE_S3_SILENCE_SECONDS: float = env.float("EVIDENCE_S3_SILENCE_SECONDS", default=30.0)
EVIDENCE_S3_PART_BYTES: int = env.int("EVIDENCE_S3_PART_BYTES", default=16 * 1024**2)
# How long it locks an original before triage and after acceptance; both are renewed while the portal keeps the item.
EVIDENCE_LOCK_DAYS: int = env.int("EVIDENCE_LOCK_DAYS", default=30)
EVIDENCE_LOCK_ACCEPTED_DAYS: int = env.int("EVIDENCE_LOCK_ACCEPTED_DAYS", default=180)
EVIDENCE_STAGED_DAYS: int = env.int("EVIDENCE_STAGED_DAYS", default=7)  # the staged file stays so long after the seal
EVIDENCE_FETCHED_BYTES: int = env.int("EVIDENCE_FETCHED_BYTES", default=50 * 1024**3)  # decoders' copies, at most
FIXITY_DAYS: int = env.int("FIXITY_DAYS", default=90)  # every original is read again within so many days; 0: by hand
STAGING_DIR = Path(env.str("STAGING_DIR", default=str(DATA_DIR / "staging")))
SCRATCH_DIR = Path(env.str("SCRATCH_DIR", default=str(DATA_DIR / "scratch")))
# Files that are no evidence, such as signed agreements: a folder, or s3://bucket/folder?endpoint=https://host.
FILES_URL: str = env.str("FILES_URL", default=f"file://{DATA_DIR / 'files'}")
FILES_S3_KEY_ID: str = env.str("FILES_S3_KEY_ID", default="")
FILES_S3_SECRET: str = env.str("FILES_S3_SECRET", default="")


def files_storage(url: str) -> dict[str, Any]:
    """Django's entry of STORAGES for the files at this address. One that is neither is refused by the folder."""
    if not url.startswith("s3://"):
        location = unquote(url.removeprefix("file://"))
        return {"BACKEND": "apps.core.private_folder.PrivateFolder", "OPTIONS": {"location": location}}
    options = {
        "url": url,
        "key_id": FILES_S3_KEY_ID,
        "secret": FILES_S3_SECRET,
        "region": EVIDENCE_S3_REGION,
        "addressing": EVIDENCE_S3_ADDRESSING,
        "ca_bundle": EVIDENCE_S3_CA_BUNDLE,
    }
    return {"BACKEND": "apps.core.private_bucket.PrivateBucket", "OPTIONS": options}


# A virus scanner that speaks clamd's protocol: unix:///run/clamav/clamd.ctl or tcp://host:3310. Empty: there is none.
CLAMD_URL: str = env.str("CLAMD_URL", default="")
CLAMD_SECONDS: float = env.float("CLAMD_SECONDS", default=300.0)
CLAMD_RESCANS_PER_DAY: int = env.int("CLAMD_RESCANS_PER_DAY", default=500)
# Draws pages of PDFs. Where there is none, PDFs have no preview.
PDFTOPPM_BINARY: str = env.str("PDFTOPPM_BINARY", default="pdftoppm")
FFMPEG_BINARY: str = env.str("FFMPEG_BINARY", default="ffmpeg")
# Decoding without the kernel's confinement is refused unless an operator says otherwise.
MEDIA_ALLOW_UNCONFINED: bool = env.bool("MEDIA_ALLOW_UNCONFINED", default=False)
# How many items this computer decodes at once; all but one of them may be long. A transcode is long once it has used up
# its first slice of processor time.
MEDIA_CONCURRENCY: int = env.int("MEDIA_CONCURRENCY", default=2)
MEDIA_SLICE_SECONDS: int = env.int("MEDIA_SLICE_SECONDS", default=30)

# Rate limits count here: one process may keep them in memory, several processes need CACHE_URL. The client of Redis
# takes its addresses with a socket (unix:///path), which the reader of cache addresses does not know.
_CACHE_URL = env.str("CACHE_URL", default="") or "locmemcache://"
_REDIS = "django.core.cache.backends.redis.RedisCache"
CACHES = {
    "default": {"BACKEND": _REDIS, "LOCATION": _CACHE_URL}
    if _CACHE_URL.startswith(("redis:", "rediss:", "unix:"))
    else Env.cache_url_config(_CACHE_URL),
}
