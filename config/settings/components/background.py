"""Queues, workers and the schedule. The database is the truth; the broker only carries messages."""

from config.settings.components.environment import DATA_DIR, NODE_QUEUE, SEAL_QUEUE, env

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
# What can take minutes has a queue and a worker of its own, so that large files, long imports or a mail server that
# hangs stop nothing else: sealing reads whole originals, decoding runs at the lowest priority, mail waits for a server,
# bulk goes through many rows. The ledger is sequenced by the default queue, and never waits for any of them. What is
# done where an upload's bytes lie has queues of that computer.
CELERY_TASK_ROUTES = {
    "apps.evidence.tasks.process_item": {"queue": SEAL_QUEUE},
    "apps.evidence.tasks.check_test_clip": {"queue": SEAL_QUEUE},
    "apps.evidence.tasks.remove_objects": {"queue": NODE_QUEUE},
    "apps.evidence.tasks.sweep_evidence": {"queue": NODE_QUEUE},
    "apps.uploads.tasks.sweep_uploads": {"queue": NODE_QUEUE},
    "apps.evidence.tasks.make_next_playable": {"queue": "media"},
    "apps.evidence.tasks.make_excerpt": {"queue": "media"},
    "apps.redaction.tasks.make_redacted_copy": {"queue": "media"},
    "apps.notifications.tasks.send_due_messages": {"queue": "mail"},
    "apps.evidence.tasks.keep_locked": {"queue": "bulk"},
    "apps.evidence.tasks.renew_locks": {"queue": "bulk"},
    "apps.evidence.tasks.scan_items": {"queue": "bulk"},
    "apps.evidence.tasks.check_due_fixity": {"queue": "bulk"},
    "apps.imports.tasks.work": {"queue": "bulk"},
    "apps.imports.tasks.sweep_imports": {"queue": "bulk"},
    "apps.imports.tasks.erase_imports": {"queue": "bulk"},
    "apps.layers.tasks.refresh": {"queue": "bulk"},
    "apps.prospects.tasks.sweep_owners": {"queue": "bulk"},
    "apps.prospects.tasks.follow_up_owners": {"queue": "bulk"},
    "apps.cameras.tasks.evaluate_specification": {"queue": "bulk"},
    "apps.cameras.tasks.rezone_register": {"queue": "bulk"},
    "apps.cameras.tasks.sweep_confirmations": {"queue": "bulk"},
    "apps.privacy.tasks.erase_closed_accounts": {"queue": "bulk"},
    "apps.program.tasks.take_snapshots": {"queue": "bulk"},
    "apps.agencies.tasks.verify_ledger": {"queue": "bulk"},
    "apps.disclosure.tasks.build_export": {"queue": "bulk"},
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
    "sweep-redactions": {"task": "apps.redaction.tasks.sweep_redactions", "schedule": 60.0},
    "scan-items": {"task": "apps.evidence.tasks.scan_items", "schedule": 60.0},
    "renew-locks": {"task": "apps.evidence.tasks.renew_locks", "schedule": 3600.0, "options": {"expires": 3000}},
    "check-fixity": {
        "task": "apps.evidence.tasks.check_due_fixity",
        "schedule": 300.0,
        "options": {"expires": 280},
    },
    "sweep-folders": {"task": "apps.sharing.tasks.sweep_folders", "schedule": 60.0, "options": {"expires": 60}},
    "sweep-exports": {"task": "apps.disclosure.tasks.sweep_exports", "schedule": 30.0},
    "end-exports": {"task": "apps.disclosure.tasks.end_exports", "schedule": 3600.0},
    "tell-of-deadlines": {"task": "apps.evidence.tasks.tell_of_deadlines", "schedule": 600.0},
    "tell-of-records-requests": {"task": "apps.disclosure.tasks.tell_of_clocks", "schedule": 3600.0},
    "tell-of-holds": {"task": "apps.retention.tasks.tell_of_holds", "schedule": 3600.0},
    "sweep-uploads": {"task": "apps.uploads.tasks.sweep_uploads", "schedule": 300.0},
    "sweep-register": {"task": "apps.cameras.tasks.sweep_register", "schedule": 60.0},
    "remind-partners": {"task": "apps.footage_requests.tasks.remind_due_invitations", "schedule": 600.0},
    "keep-terms": {"task": "apps.terms.tasks.keep_terms", "schedule": 60.0, "options": {"expires": 60}},
    "forget-camera-drafts": {"task": "apps.cameras.tasks.forget_old_drafts", "schedule": 3600.0},
    "forget-kept-forms": {"task": "apps.footage_requests.tasks.forget_old_forms", "schedule": 3600.0},
    "erase-accounts": {"task": "apps.privacy.tasks.erase_closed_accounts", "schedule": 3600.0},
    "confirm-cameras": {"task": "apps.cameras.tasks.sweep_confirmations", "schedule": 900.0},
    "expire-member-invitations": {"task": "apps.partners.tasks.expire_member_invitations", "schedule": 3600.0},
    # Hourly, though it is a day's work: a worker that was down at the one hour would miss the day.
    "look-after-staff": {"task": "apps.agencies.tasks.look_after_staff", "schedule": 3600.0},
    "witness-ledger": {"task": "apps.agencies.tasks.witness_ledger", "schedule": 300.0},
    "sweep-verifications": {
        "task": "apps.agencies.tasks.sweep_verifications",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "tell-of-findings": {"task": "apps.agencies.tasks.tell_of_findings", "schedule": 300.0},
    "forget-old-calls": {"task": "apps.calls.tasks.forget_old_calls", "schedule": 3600.0},
    "end-wall-screens": {"task": "apps.calls.tasks.end_wall_screens", "schedule": 900.0},
    "expire-places-requests": {"task": "apps.access.tasks.expire_places_requests", "schedule": 300.0},
    "check-approvals": {"task": "apps.footage_requests.tasks.notice_cases_without_approval", "schedule": 3600.0},
    "tell-of-promises": {"task": "apps.conversations.tasks.tell_of_broken_promises", "schedule": 300.0},
    "expire-requests": {"task": "apps.footage_requests.tasks.expire_due_requests", "schedule": 60.0},
    "sweep-imports": {"task": "apps.imports.tasks.sweep_imports", "schedule": 60.0, "options": {"expires": 60}},
    # Asked for hourly and made once a week, also where the worker was down on Monday.
    "release-counts": {"task": "apps.counts.tasks.release_counts", "schedule": 3600.0},
    "open-weekly-reviews": {"task": "apps.reviews.tasks.open_weekly_reviews", "schedule": 3600.0},
    # Hourly, and each time for the whole day: the last figures of a day stay.
    "take-snapshots": {"task": "apps.program.tasks.take_snapshots", "schedule": 3600.0, "options": {"expires": 3000}},
    "draft-updates": {"task": "apps.program.tasks.draft_updates", "schedule": 3600.0},
    "sweep-owners": {"task": "apps.prospects.tasks.sweep_owners", "schedule": 60.0, "options": {"expires": 60}},
    "follow-up-owners": {"task": "apps.prospects.tasks.follow_up_owners", "schedule": 3600.0},
    "sweep-layers": {"task": "apps.layers.tasks.sweep_layers", "schedule": 60.0, "options": {"expires": 60}},
    "erase-imports": {"task": "apps.imports.tasks.erase_imports", "schedule": 3600.0},
}
