"""The wire format of C2SP tlog-witness: what a log sends to a witness, and how a witness refuses."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from apps.ledger.merkle import HASH_BYTES

MOST_BYTES = 16_384
MOST_HASHES = 63
MOST_SIZE = 2**63 - 1
SIZE_TYPE = "text/x.tlog.size"


class Refused(Exception):
    """The witness does not cosign. `status` is the protocol's; a 409 carries the size that the witness knows."""

    def __init__(self, status: int, sentence: str, *, size: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.size = size


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint, and the proof that it continues the one of `old` entries."""

    old: int
    proof: list[bytes]
    note: str

    def __str__(self) -> str:
        lines = [f"old {self.old}", *(b64encode(node).decode() for node in self.proof)]
        return "\n".join(lines) + f"\n\n{self.note}"

    @property
    def origin(self) -> str:
        """The name of the log, as the note says it; nobody has checked it yet."""
        return self.note.partition("\n")[0]


def read_submission(body: bytes) -> Submission:
    """Raises Refused (400) for what is not in the format."""
    try:
        head, _, note = body.decode().partition("\n\n")
        first, *lines = head.split("\n")
        word, old = first.split(" ")
        proof = [b64decode(line, validate=True) for line in lines]
        size = int(old)
    except ValueError as error:
        raise Refused(400, "The body is not an old size, a proof, and a checkpoint.") from error
    if (word, old) != ("old", str(size)) or not 0 <= size <= MOST_SIZE or not note or "\0" in note:
        raise Refused(400, "The body is not an old size, a proof, and a checkpoint.")
    if len(proof) > MOST_HASHES or any(len(node) != HASH_BYTES for node in proof):
        raise Refused(400, "A proof has at most 63 hashes of 32 bytes each.")
    return Submission(size, proof, note)


def origin_hash(origin: str) -> str:
    """What names a log in a witness's addresses."""
    return sha256(origin.encode()).hexdigest()
