"""Custody as a graph of CASE and UCO (JSON-LD), for programs of laboratories and prosecutors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings

from apps.disclosure.documents.dossier import Dossier, FileFacts, ItemFacts, act_in_words, statement_path, who_in_words
from apps.ledger.canonical import utc_text
from apps.ledger.models import Entry

_ONTOLOGIES = "https://ontology.unifiedcyberontology.org/uco"
_CONTEXT = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    **{
        f"uco-{name}": f"{_ONTOLOGIES}/{name}/" for name in ("action", "core", "identity", "observable", "role", "tool")
    },
    "uco-types": f"{_ONTOLOGIES}/types/",
    "uco-vocabulary": f"{_ONTOLOGIES}/vocabulary/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def graph(dossier: Dossier, stated: Mapping[str, bytes]) -> bytes:
    """The graph as JSON-LD: the investigation, the files, and each act on them with who did it and when.

    `stated` are the statements of givers by path: files beside those that they are about.
    """
    return json.dumps(_Graph(dossier, stated).whole(), ensure_ascii=False, indent=1).encode() + b"\n"


class _Graph:
    def __init__(self, dossier: Dossier, stated: Mapping[str, bytes]) -> None:
        self._dossier, self._stated = dossier, stated
        self._nodes: dict[str, dict[str, Any]] = {}

    def whole(self) -> dict[str, Any]:
        export = self._dossier.export
        agency = self._node("organization", "agency", "uco-identity:Organization", name=export.agency.name)
        self._portal = self._node("tool", "portal", "uco-tool:Tool", name=settings.PORTAL_NAME)
        exhibits = [self._exhibit(facts) for facts in self._dossier.items]
        for entry in self._dossier.own_acts:
            self._act(entry, exhibits)
        case = self._node("investigation", "case", "case-investigation:Investigation", name=export.case.number)
        self._nodes[case]["uco-core:object"] = [*map(_ref, exhibits), _ref(agency)]
        context = {"kb": f"{settings.SITE_URL.rstrip('/')}/kb/", **_CONTEXT}
        return {"@context": context, "@graph": list(self._nodes.values())}

    def _exhibit(self, facts: ItemFacts) -> str:
        """The record of provenance of an item, with its files and every act on it."""
        given = (facts.original, facts.working_copy, facts.redacted)
        files = [self._file(facts, file) for file in given if file]
        if len(files) == 2:
            self._derived(facts, files[1], files[0])
        elif facts.redacted:
            self._derived(facts, files[0], self._kept_back(facts))
        exhibit = self._node(
            "provenance", str(facts.item.public_id), "case-investigation:ProvenanceRecord", name=facts.item.filename
        )
        self._nodes[exhibit] |= {
            "case-investigation:exhibitNumber": f"{facts.number:04d}",
            "uco-core:object": [*map(_ref, files)],
        }
        if facts.statement is not None:
            path = statement_path(facts.statement)
            named = FileFacts(path, len(self._stated[path]), sha256(self._stated[path]).hexdigest())
            self._nodes[exhibit]["uco-core:object"].append(_ref(self._file(facts, named)))
        for entry in facts.acts:
            self._act(entry, files)
        return exhibit

    def _file(self, facts: ItemFacts, file: FileFacts) -> str:
        node = self._node("file", file.path, "uco-observable:File")
        is_original = file is facts.original
        self._nodes[node]["uco-core:hasFacet"] = [
            {
                "@id": self._id("file-facet", file.path),
                "@type": "uco-observable:FileFacet",
                "uco-observable:fileName": facts.item.filename if is_original else file.path.rpartition("/")[2],
                "uco-observable:filePath": file.path,
                "uco-observable:sizeInBytes": _typed("integer", str(file.size)),
            },
            self._content(file.path, file.size, file.digest),
        ]
        return node

    def _kept_back(self, facts: ItemFacts) -> str:
        """The original of a redacted copy: what it is, without a place in the package."""
        key = f"original of {facts.item.public_id}"
        node = self._node("file", key, "uco-observable:File")
        self._nodes[node]["uco-core:hasFacet"] = [self._content(key, facts.item.size, facts.item.digest)]
        return node

    def _content(self, key: str, size: int, digest: str) -> dict[str, Any]:
        return {
            "@id": self._id("content-facet", key),
            "@type": "uco-observable:ContentDataFacet",
            "uco-observable:sizeInBytes": _typed("integer", str(size)),
            "uco-observable:hash": {
                "@id": self._id("hash", key),
                "@type": "uco-types:Hash",
                "uco-types:hashMethod": "SHA256",
                "uco-types:hashValue": _typed("hexBinary", digest),
            },
        }

    def _derived(self, facts: ItemFacts, copy: str, original: str) -> None:
        node = self._node("relationship", str(facts.item.public_id), "uco-observable:ObservableRelationship")
        self._nodes[node] |= {
            "uco-core:source": _ref(copy),
            "uco-core:target": _ref(original),
            "uco-core:kindOfRelationship": "Derived_From",
            "uco-core:isDirectional": _typed("boolean", "true"),
        }

    def _act(self, entry: Entry, objects: list[str]) -> None:
        kind = "case-investigation:InvestigativeAction"
        node = self._node("action", str(entry.public_id), kind, name=act_in_words(entry))
        place = getattr(entry, "place", None)
        self._nodes[node] |= {
            "uco-core:description": f"{entry.action}; entry {place.index if place else '-'} of the ledger",
            "uco-action:startTime": _typed("dateTime", utc_text(entry.recorded_at)),
            "uco-action:performer": _ref(self._performer(entry)),
        }
        if objects:
            self._nodes[node]["uco-action:object"] = [*map(_ref, objects)]

    def _performer(self, entry: Entry) -> str:
        """The portal, or a role: names stay out of what leaves."""
        if entry.actor.kind == "system":
            return self._portal
        who = who_in_words(entry)
        return self._node("role", who, "uco-role:Role", name=who)

    def _node(self, kind: str, key: str, of: str, *, name: str = "") -> str:
        node = self._id(kind, key)
        self._nodes.setdefault(node, {"@id": node, "@type": of, **({"uco-core:name": name} if name else {})})
        return node

    def _id(self, kind: str, key: str) -> str:
        """An IRI that ends in a UUID, as CASE asks, and is the same whenever the graph is made."""
        return f"kb:{kind}-{uuid5(UUID(str(self._dossier.export.public_id)), f'{kind}:{key}')}"


def _ref(node: str) -> dict[str, str]:
    return {"@id": node}


def _typed(kind: str, value: str) -> dict[str, str]:
    return {"@type": f"xsd:{kind}", "@value": value}
