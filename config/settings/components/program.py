"""Limits and periods of the program, each a default that a city may change."""

from config.settings.components.environment import env

# What somebody typed into a camera's form and did not send is forgotten after so many days.
CAMERA_DRAFT_DAYS: int = env.int("CAMERA_DRAFT_DAYS", default=30)
# The same for a request that somebody began to write; what was thrown away comes back on a click for the second.
REQUEST_DRAFT_DAYS: int = env.int("REQUEST_DRAFT_DAYS", default=30)
REQUEST_DRAFT_UNDO_DAYS: int = env.int("REQUEST_DRAFT_UNDO_DAYS", default=7)

# Limits of a request (mission: "narrow"), each a default that a city may change.
REQUEST_AREA_MIN_M2: int = env.int("REQUEST_AREA_MIN_M2", default=10_000)
REQUEST_AREA_MAX_M2: int = env.int("REQUEST_AREA_MAX_M2", default=3_000_000)
# Wider than the maximum a supervisor decides; wider than this nobody does.
REQUEST_AREA_HARD_MAX_M2: int = env.int("REQUEST_AREA_HARD_MAX_M2", default=30_000_000)
REQUEST_WINDOW_MAX_HOURS: int = env.int("REQUEST_WINDOW_MAX_HOURS", default=24)
# Requests of one case that may wait or be open together, and requests of one agency that may reach a partner in 30
# days. 0: no limit but those that an agency sets for itself.
REQUESTS_PER_CASE_MAX: int = env.int("REQUESTS_PER_CASE_MAX", default=0)
CONTACTS_PER_PARTNER_MAX: int = env.int("CONTACTS_PER_PARTNER_MAX", default=0)
REQUEST_OPEN_DAYS: int = env.int("REQUEST_OPEN_DAYS", default=14)
COUNT_FLOOR: int = env.int("COUNT_FLOOR", default=5)
COUNTS_PER_HOUR: int = env.int("COUNTS_PER_HOUR", default=120)
# Areas that one person may count in 24 hours, for one case and in all; from so many nearly equal ones on, by one person
# or by all of an agency, the auditor is told.
COUNTED_AREAS_PER_CASE: int = env.int("COUNTED_AREAS_PER_CASE", default=40)
COUNTED_AREAS_PER_DAY: int = env.int("COUNTED_AREAS_PER_DAY", default=120)
CLOSE_AREAS_OF_ONE: int = env.int("CLOSE_AREAS_OF_ONE", default=20)
CLOSE_AREAS_OF_ALL: int = env.int("CLOSE_AREAS_OF_ALL", default=30)
# Whether a request of a kind that an agency marks as urgent may go out before a supervisor saw it.
URGENT_GOES_FIRST: bool = env.bool("URGENT_GOES_FIRST", default=True)
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
CAMERA_OFFER_DAYS: int = env.int("CAMERA_OFFER_DAYS", default=30)
MEMBER_INVITATION_DAYS: int = env.int("MEMBER_INVITATION_DAYS", default=14)
# Letters to strangers. Withdrawing an offer gives nothing back.
PARTNER_LETTERS_PER_DAY: int = env.int("PARTNER_LETTERS_PER_DAY", default=20)
ASSOCIATION_LETTERS_PER_DAY: int = env.int("ASSOCIATION_LETTERS_PER_DAY", default=50)
LETTERS_PER_ADDRESS_PER_DAY: int = env.int("LETTERS_PER_ADDRESS_PER_DAY", default=3)
# A closed account can be kept for so many days; then it is erased.
ERASE_AFTER_DAYS: int = env.int("ERASE_AFTER_DAYS", default=30)
# Who gave evidence is kept so long after the last file, for a court that asks who can testify to it (Wagner v. State;
# s. 90.902(11), F.S.). Four years: s. 775.15(2), F.S. The records custodian signs (s. 257.36(6), F.S.; (c) counsel).
EVIDENCE_CONTACT_DAYS: int = env.int("EVIDENCE_CONTACT_DAYS", default=1461)
# A records request is acknowledged and answered within so many days of the agency's calendar. The law says “promptly”
# and names no number (s. 119.07(1)(c), F.S.); the records custodian signs them ((c) counsel). Letters come before.
RECORDS_ACKNOWLEDGE_DAYS: int = env.int("RECORDS_ACKNOWLEDGE_DAYS", default=3)
RECORDS_ANSWER_DAYS: int = env.int("RECORDS_ANSWER_DAYS", default=30)
RECORDS_WARN_DAYS: int = env.int("RECORDS_WARN_DAYS", default=2)
PURPOSE_HOURS: int = env.int("PURPOSE_HOURS", default=8)
# A supervisor may have owners told later who looked at their video, by at most so many days.
LOOK_DELAY_MAX_DAYS: int = env.int("LOOK_DELAY_MAX_DAYS", default=90)
# A link to what was shared with somebody outside works so many days; then they ask again. A code lets in for hours.
GRANT_LINK_DAYS: int = env.int("GRANT_LINK_DAYS", default=14)
GRANT_VISIT_HOURS: int = env.int("GRANT_VISIT_HOURS", default=8)
# So long a second person may decide about an export, and so long its package can then be downloaded.
EXPORT_DECIDE_DAYS: int = env.int("EXPORT_DECIDE_DAYS", default=7)
EXPORT_KEEP_DAYS: int = env.int("EXPORT_KEEP_DAYS", default=14)
# Places of cameras that one purpose, and one person in 24 hours, may open. Half of either is told to the auditor.
PLACES_PER_PURPOSE: int = env.int("PLACES_PER_PURPOSE", default=150)
PLACES_PER_DAY: int = env.int("PLACES_PER_DAY", default=300)
# How far from it, in meters, places open: for a call, for the registration under review, for an open request's area.
CALL_NEAR_M: int = env.int("CALL_NEAR_M", default=500)
REVIEW_NEAR_M: int = env.int("REVIEW_NEAR_M", default=300)
REQUEST_NEAR_M: int = env.int("REQUEST_NEAR_M", default=500)
# How long after it closed a call for service keeps its address and place.
CALLS_KEPT_DAYS: int = env.int("CALLS_KEPT_DAYS", default=30)
# A screen on the wall shows the board of calls without a person: so long its code opens, and so long it then shows.
WALL_CODE_MINUTES: int = env.int("WALL_CODE_MINUTES", default=30)
WALL_SCREEN_DAYS: int = env.int("WALL_SCREEN_DAYS", default=90)
# The longest side of a view of the partner map that is answered.
PLACES_VIEW_MAX_M: int = env.int("PLACES_VIEW_MAX_M", default=3000)
# Somebody asks a supervisor to see places for a case: so long the supervisor may decide, and so long it then holds.
PLACES_ASK_HOURS: int = env.int("PLACES_ASK_HOURS", default=24)
PLACES_AGREED_HOURS: int = env.int("PLACES_AGREED_HOURS", default=24)
# The signed file of a sharing agreement.
AGREEMENT_FILE_MAX_BYTES: int = env.int("AGREEMENT_FILE_MAX_BYTES", default=10_000_000)
