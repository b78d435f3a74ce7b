"""Where backups go, and how many are kept."""

from pathlib import Path

from config.settings.components.environment import DATA_DIR, env

# A folder on another disk, best one that is mounted from another machine. Keys never go there.
BACKUP_DIR = Path(env.str("BACKUP_DIR", default=str(DATA_DIR / "backups")))
# Copies of evidence and of private files: folders below it, unless they go somewhere else.
BACKUP_EVIDENCE_URL: str = env.str("BACKUP_EVIDENCE_URL", default="") or f"file://{BACKUP_DIR / 'evidence'}"
BACKUP_FILES_URL: str = env.str("BACKUP_FILES_URL", default="") or f"file://{BACKUP_DIR / 'files'}"
# A bucket for a second copy of BACKUP_DIR, sealed with a key that DIGEST_KEY makes: s3://bucket/folder?endpoint=https://…
BACKUP_BUCKET_URL: str = env.str("BACKUP_BUCKET_URL", default="")
# The key for that bucket and for a BACKUP_EVIDENCE_URL in one. Empty: that of the evidence.
BACKUP_S3_KEY_ID: str = env.str("BACKUP_S3_KEY_ID", default="")
BACKUP_S3_SECRET: str = env.str("BACKUP_S3_SECRET", default="")
# From so much on somebody has to look: the base backup each night, log and files every five minutes, a drill a quarter.
BACKUP_DATABASE_LATE_HOURS: int = env.int("BACKUP_DATABASE_LATE_HOURS", default=26)
BACKUP_LATE_MINUTES: int = env.int("BACKUP_LATE_MINUTES", default=10)
BACKUP_DRILL_DAYS: int = env.int("BACKUP_DRILL_DAYS", default=100)
CHECKPOINT_LATE_HOURS: int = env.int("CHECKPOINT_LATE_HOURS", default=26)
BACKUPS_KEPT: int = env.int("BACKUPS_KEPT", default=14)
# A role of PostgreSQL that may replicate: the portal's own may not.
BACKUP_DATABASE_URL: str = env.str("BACKUP_DATABASE_URL", default="")
# The folder of pg_basebackup and its like. Empty: they are on the PATH.
POSTGRES_PROGRAMS: str = env.str("POSTGRES_PROGRAMS", default="")
