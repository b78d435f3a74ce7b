"""The order of docs/locking.md, for the machine: tables from the first lock to the last."""

RANKS = [
    ("accounts_user",),
    ("agencies_staffproposal",),
    ("agencies_staffsetup",),
    ("agencies_rolegrant", "agencies_absence"),
    ("uploads_upload",),
    (
        "layers_layer",
        "layers_layerload",
        "imports_cameraimport",
        "imports_importrow",
        "imports_columnmemory",
        "cameras_evaluation",
        "cameras_rezoning",
        "notifications_message",
        "agencies_verification",
        "disclosure_export",
        "terms_termsnotice",
    ),
    ("agencies_agency",),
    ("agencies_case", "cases_casenote"),
    (
        "access_placesrequest",
        "calls_call",
        "calls_shiftentry",
        "calls_wallscreen",
        "agreements_agreement",
        "lists_listview",
    ),
    ("prospects_ownerinvitation",),
    ("evidence_handover", "evidence_testclip", "canvass_canvass"),
    ("partners_partner",),
    ("footage_requests_footagerequest",),
    ("footage_requests_invitation",),
    ("cameras_site",),
    ("cameras_camera",),
    (
        "cameras_camerapair",
        "cameras_confirmation",
        "partners_contactrules",
        "partners_affiliation",
        "partners_appealreader",
        "cameras_cameradraft",
        "texting_textingconsent",
        "agencies_ruledraft",
        "footage_requests_keptform",
    ),
    (
        "terms_termsversion",
        "specifications_specification",
        "cameras_catalogentry",
        "cameras_conformance",
        "program_quarterlyupdate",
    ),
    ("disclosure_recordsrequest", "disclosure_requesteditem", "sharing_grant", "sharing_visit", "redaction_redaction"),
    ("evidence_evidenceitem", "evidence_witnesscontact", "witness_watchedledger"),
    ("retention_disposition", "evidence_objectremoval"),
    ("reviews_review", "reviews_reviewrow"),
    ("ledger_tree", "ledger_privatepart"),
    ("findings_finding", "streets_streetset", "notifications_unreachableaddress"),
    ("accounts_tally",),
]
RANK = {table: rank for rank, tables in enumerate(RANKS) for table in tables}


def steps_back(tables: list[str]) -> list[str]:
    """Where a list of locks goes back up. A table that was locked before is no step: its rows are held."""
    found, held, highest = [], set(), -1
    for table in tables:
        if table not in held and RANK[table] < highest:
            found.append(f"{table} after {max(held, key=lambda one: RANK[one])}")
        held.add(table)
        highest = max(highest, RANK[table])
    return found
