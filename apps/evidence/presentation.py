"""Evidence in plain words: what is in a file, why it does not play, and what was done to it by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.access.delays import Delays
from apps.accounts.actors import REGISTRANT
from apps.accounts.models import User
from apps.agencies.models import Role
from apps.agreements.models import CourtRole
from apps.evidence.copy_sound import copy_sound_in_words
from apps.evidence.custody_words import ACTS, LOOKS, UNTOLD
from apps.evidence.given_again import delays_for
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.states import STUCK, ItemKind, ItemState, ScanOutcome
from apps.ledger import selectors as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject
from apps.media.errors import NOTES, REASONS, Undecodable
from apps.media.facts import ProbeFacts, SoundFacts
from apps.media.timing import Timing

# What a giver plays or sees again; a text or a document is on the giver's own device.
REPLAYED = frozenset({"", ItemKind.VIDEO, ItemKind.SOUND, ItemKind.PHOTO})

# Pictures between two key pictures from which on a jump is felt: two seconds of most recorders.
LONG_GROUP = 60

CODEC_NAMES = {"h264": "H.264", "hevc": "HEVC (H.265)", "mpeg4": "MPEG-4", "mjpeg": "Motion JPEG", "aac": "AAC"}


@dataclass(frozen=True, slots=True)
class CustodyLine:
    """One act on an item. `index` is its place in the ledger, None while it is not sequenced; `at` is UTC."""

    at: datetime
    who: str
    act: str
    index: int | None
    entry_id: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value for people."""

    name: str
    value: str


def custody_of(item: EvidenceItem, *, named: bool = False) -> list[CustodyLine]:
    """Every act on the item, in the order in which they were written; holds for staff alone.

    `named` is for staff of the item's agency, who read colleagues by name and badge. Owners and courts read role and
    agency, and of an access while a supervisor delays that they read nothing (apps/access/delays.py).
    """
    entries = ledger.entries_for(Subject.of("evidence_item", item.public_id))
    ids = {entry.actor_id for entry in entries if entry.actor_kind == "staff"} if named else set()
    people = {str(one.public_id): one for one in User.objects.filter(public_id__in=ids, is_staff=True)} if ids else {}
    if not named:
        entries = told_of(item, entries, delays_for([item]))
    return [_line(entry, people.get(entry.actor_id)) for entry in entries]


def told_of(item: EvidenceItem, entries: Iterable[Entry], delays: Delays) -> list[Entry]:
    """Those of the item's entries that its giver may read now."""
    cases = {item.submission.case_id} | {use.match.request.case_id for use in item.uses.all()}
    told = (entry for entry in entries if entry.action not in UNTOLD)
    return [
        entry
        for entry in told
        if entry.action not in LOOKS or all(delays.is_told(case, entry.recorded_at) for case in cases)
    ]


def _line(entry: Entry, person: User | None = None) -> CustodyLine:
    role = actor_in_words(entry.actor)
    place = getattr(entry, "place", None)
    return CustodyLine(
        at=entry.recorded_at,
        who=named_actor(str(person), person.badge, role) if person else role,
        act=_act_in_words(entry),
        index=place.index if place is not None else None,
        entry_id=str(entry.public_id),
    )


def _act_in_words(entry: Entry) -> str:
    """What was done; of a sharing also with whom, by agency or role in court."""
    if entry.action == "evidence_item.shared":
        role = dict(CourtRole.choices).get(entry.facts.get("court_role", ""), "")
        return _("The video was shared with: %(whom)s.") % {"whom": entry.facts.get("to_agency") or role}
    if entry.action == "evidence_item.received" and entry.facts.get("piece"):
        agreed = datetime.fromisoformat(entry.facts["agreed_at"])
        when = date_format(timezone.localtime(agreed), "DATETIME_FORMAT")
        return _("The file arrived complete. The owner's program sent it; a person had said yes on %(when)s.") % {
            "when": when
        }
    if entry.action == "evidence_item.given_again":
        return _("The giver gave it for another request too: %(code)s.") % {"code": entry.facts.get("request", "")}
    return str(ACTS.get(entry.action, entry.action))


def named_actor(name: str, badge: str, role: str) -> str:
    """“Dana Ruiz, badge 4711 (detective, TPD)”, for colleagues."""
    who = _("%(name)s, badge %(badge)s") % {"name": name, "badge": badge} if badge else name
    return f"{who} ({role})"


def actor_in_words(actor: Actor) -> str:
    """Who acted, by role and agency; names stay out of what owners and courts may read."""
    if actor.kind == "system":
        return _("the portal")
    if actor.kind == "invitation":
        return _("the sender, by the link in the invitation")
    if not actor.role:
        return _("a person, signed in")
    known = dict(Role.choices) | dict(CourtRole.choices) | {REGISTRANT: _("registrant")}
    role = known.get(actor.role, actor.role)
    if not actor.agency:
        return str(role)
    return _("%(role)s, %(agency)s") % {"role": role, "agency": actor.agency}


def problem_in_words(item: EvidenceItem) -> str:
    """Why the item does not play, or empty."""
    if not item.problem:
        return ""
    if item.problem == STUCK and item.state == ItemState.RECEIVED:
        return _("Sealing this file stopped three times. Every byte is safe; a person has to look and try again.")
    if item.problem == STUCK:
        return _("Making a working copy stopped three times, so it is not tried again by itself.")
    code, _space, differs = item.problem.partition(" ")
    if code in NOTES:
        return str(NOTES[code])
    if code not in REASONS:
        return item.problem
    return str(Undecodable(code, name_differs=bool(differs)).reason)


def is_stopped(item: EvidenceItem) -> bool:
    """Whether a step failed for good, so that only a person can have it tried again."""
    return item.state == ItemState.UNPLAYABLE or (item.state == ItemState.RECEIVED and bool(item.problem))


def facts_of(item: EvidenceItem) -> list[Fact]:
    """What the file says of itself and what was found in it. Claims of the file are named as claims."""
    facts = [Fact(_("File name, as sent"), item.filename), Fact(_("Size"), size_in_words(item.size))]
    if item.kind:
        facts.append(Fact(_("Kind, by its content"), item.get_kind_display()))
    if not item.probe:
        return facts
    if item.kind == ItemKind.SOUND:
        return facts + _sound_facts(SoundFacts.from_json(item.probe))
    probe = ProbeFacts.from_json(item.probe)
    video = probe.video[0]
    if probe.duration_s is not None:
        facts.append(Fact(_("Length"), duration_in_words(probe.duration_s)))
    facts.append(Fact(_("Pictures"), _picture_words(video.width, video.height, video.fps)))
    facts += _timing_facts(item, video.pictures)
    facts.append(Fact(_("Picture format"), CODEC_NAMES.get(video.codec, video.codec)))
    facts.append(Fact(_("File format"), probe.container))
    sound = CODEC_NAMES.get(probe.audio[0].codec, probe.audio[0].codec) if probe.audio else ""
    heard = _("recorded (%(codec)s); the original keeps it") % {"codec": sound} if sound else _("none recorded")
    facts.append(Fact(_("Sound"), heard))
    if sound and (in_copy := copy_sound_in_words(item)):
        facts.append(Fact(_("Sound in the working copy"), in_copy))
    facts.append(Fact(_("Recording time that the file claims"), _claimed_words(probe.recorded_at_claimed)))
    return facts


def _sound_facts(probe: SoundFacts) -> list[Fact]:
    """How long a recording of sound is, and how it is stored."""
    track = probe.audio[0]
    facts = [Fact(_("Length"), duration_in_words(probe.duration_s))] if probe.duration_s is not None else []
    channels = ngettext("%(count)d channel", "%(count)d channels", track.channels) % {"count": track.channels}
    codec = CODEC_NAMES.get(track.codec, track.codec)
    stored = _("%(codec)s, %(rate)s Hz, %(channels)s")
    facts.append(Fact(_("Sound"), stored % {"codec": codec, "rate": f"{track.sample_rate:,}", "channels": channels}))
    facts.append(Fact(_("File format"), probe.container))
    facts.append(Fact(_("Recording time that the file claims"), _claimed_words(probe.recorded_at_claimed)))
    return facts


def _timing_facts(item: EvidenceItem, in_original: int) -> list[Fact]:
    """How many pictures there are, and where they stand still, are missing or doubled; of the working copy."""
    timing = Timing.from_json(item.probe.get("timing"))
    if timing is None:
        return []
    count = f"{timing.pictures:,}"
    if in_original > timing.pictures:
        count = _("%(count)s; the original has %(all)s") % {"count": count, "all": f"{in_original:,}"}
    facts = [Fact(_("Number of pictures"), count)]
    if timing.pictures > 1:
        facts.append(Fact(_("Distance of pictures"), _distance_words(timing)))
        facts.append(Fact(_("Gaps"), _gap_words(timing)))
    if timing.doubled:
        words = ngettext(
            "%(count)s picture has the time of another and is not shown.",
            "%(count)s pictures have the time of another and are not shown.",
            timing.doubled,
        )
        facts.append(Fact(_("Doubled pictures"), words % {"count": f"{timing.doubled:,}"}))
    if timing.longest_group > LONG_GROUP:
        words = _("Up to %(count)s pictures hang together, so a jump or a step back takes longer.")
        facts.append(Fact(_("Groups of pictures"), words % {"count": f"{timing.longest_group:,}"}))
    return facts


def _distance_words(timing: Timing) -> str:
    if timing.steady:
        return _("steady, %(usual)s s") % {"usual": f"{timing.usual_s:.3f}"}
    words = _("changing: usually %(usual)s s, at least %(shortest)s s, at most %(longest)s s")
    seconds = {"usual": timing.usual_s, "shortest": timing.shortest_s, "longest": timing.longest_s}
    return words % {name: f"{value:.3f}" for name, value in seconds.items()}


def _gap_words(timing: Timing) -> str:
    said = []
    if timing.still:
        words = ngettext(
            "%(count)s gap: %(longest)s s at %(at)s.",
            "%(count)s gaps: the longest %(longest)s s at %(at)s.",
            timing.still,
        )
        at = duration_in_words(timing.still_at_s)
        said.append(words % {"count": f"{timing.still:,}", "longest": f"{timing.still_s:.1f}", "at": at})
    if timing.missing:
        words = ngettext("About %(count)s picture is missing.", "About %(count)s pictures are missing.", timing.missing)
        said.append(words % {"count": f"{timing.missing:,}"})
    return " ".join(said) or _("none")


def scan_in_words(item: EvidenceItem) -> str:
    """What a virus scanner said of the original, or why none did."""
    if item.scan == ScanOutcome.FOUND:
        return _("found: %(name)s") % {"name": item.scan_found}
    if item.scan:
        if item.scanned_at is None or not item.scanned_with:
            return item.get_scan_display()
        scanner, _slash, signatures = item.scanned_with.partition("/")
        words = {
            "outcome": item.get_scan_display(),
            "day": date_format(timezone.localtime(item.scanned_at), "DATE_FORMAT"),
            "scanner": scanner,
            "signatures": signatures.partition("/")[0] or _("its own"),
        }
        return _("%(outcome)s (last looked at %(day)s, %(scanner)s, signatures %(signatures)s)") % words
    if not settings.CLAMD_URL:
        return _("not scanned: no scanner is set up")
    return _("not scanned yet: it is asked as soon as it answers")


def scan_fact(item: EvidenceItem) -> Fact:
    """The same as a line among the facts; staff read it, packages do not tell it."""
    return Fact(_("Virus scan"), scan_in_words(item))


def notes_of(item: EvidenceItem) -> list[str]:
    """What is odd about a file that can be read all the same."""
    return [str(NOTES[note]) for note in item.probe.get("notes", []) if note in NOTES] if item.probe else []


def frames_per_second(item: EvidenceItem) -> float:
    """For stepping by single pictures; 25 where the file does not say."""
    video = item.probe.get("video") if item.probe else None
    return (video[0].get("fps") or 25.0) if video else 25.0


def recipe_in_words(working_copy: Derivative | None) -> str:
    """How the working copy was made."""
    if working_copy is None:
        return ""
    recipe = working_copy.recipe.partition(" ")[0]
    words = {
        "copy": _("The pictures are those of the original, in a new wrapper."),
        "sound": _("The sound was converted so that browsers can play it. The picture shows how loud it is."),
        "photo": _("The photograph was made anew from its pixels, without what the file says of itself."),
        "text": _("The text is shown as plain letters. Signs that steer a screen are left out."),
    }
    if recipe in words:
        return words[recipe]
    return _("The pictures were converted so that browsers can play them. Judge details by the original.")


def derivatives_by_kind(item: EvidenceItem) -> dict[str, Derivative]:
    """The item's working copy, poster and times of pictures, as far as they exist."""
    return {made.kind: made for made in item.derivatives.in_use()}


def size_in_words(size: int) -> str:
    """Rounded for reading, and to the byte for proof."""
    exact = ngettext("%(count)s byte", "%(count)s bytes", size) % {"count": f"{size:,}"}
    return exact if size < 1024 else f"{filesizeformat(size)} ({exact})"


def duration_in_words(seconds: float) -> str:
    """Hours, minutes and seconds, as players show them."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


def _picture_words(width: int, height: int, fps: float | None) -> str:
    if not fps:
        return _("%(width)d × %(height)d") % {"width": width, "height": height}
    rate = f"{fps:.2f}".rstrip("0").rstrip(".")
    return _("%(width)d × %(height)d, %(rate)s a second") % {"width": width, "height": height, "rate": rate}


def _claimed_words(claimed: str | None) -> str:
    at = parse_datetime(claimed) if claimed else None
    if at is None:
        return claimed or _("none")
    return date_format(at, "DATETIME_FORMAT") + (" UTC" if at.tzinfo else "")
