"""What goes wrong, in which order or how often, decided the same way each time.

A fault is written as its kind, with a parameter after a colon where it takes one: `"500"`,
`"stall:3"`, `"429_retry_after:2"`, `"error_in_200:Throttling.RateQuota"`.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

TRANSPORT = frozenset(
    {
        "ok",  # no fault: keeps a place in a list
        "429",  # parameter: the code, where the protocol has one
        "429_retry_after",  # parameter: the header's value, "1" unless given
        "502_html",
        "arrears",
        "content_filter",  # the request is refused for what the photo shows
        "error_in_200",  # parameter: the code, or the kind of another fault
        "malformed_body",  # HTTP 200 and half of a JSON text
        "drop",  # the connection is closed without an answer
        "drop_mid_body",
        "stall",  # parameter: seconds until the answer comes after all, 60 unless given
    }
)
"""Kinds that every protocol has; and each HTTP status of three digits is one, such as `"503"`."""

CHAT = frozenset(
    {
        "malformed",  # the content is no JSON
        "truncated",  # the content breaks off, finish_reason "length"
        "fenced",
        "chatty",  # words around the JSON
        "wrong_values",  # values that were not offered, numbers out of range, texts too long
        "wrong_types",
        "missing_tag",  # the first member is left out
        "empty",
        "refusal",  # message.refusal, no content
        "content_filter_finish",  # HTTP 200, finish_reason "content_filter"
        "no_usage",
    }
)
EMBEDDING = frozenset(
    {
        "partial",  # parameter: indices without a vector such as "0,2", the first unless given
        "wrong_dimension",
        "nan",
        "zero",
        "wrong_count",  # one vector more than inputs
        "no_usage",
    }
)
KINDS = TRANSPORT | CHAT | EMBEDDING


@dataclass(frozen=True, slots=True)
class Fault:
    """One way of failing. `raw` is an HTTP status and body to answer with, for kind `raw`."""

    kind: str
    parameter: str | None = None
    raw: tuple[int, str] | None = None

    @property
    def is_transport(self) -> bool:
        """Whether any protocol can fail so."""
        return self.kind in TRANSPORT or self.kind.isdecimal() or self.raw is not None


Written: TypeAlias = str | Fault | tuple[int, str]
"""How a fault may be given: in words, as a `Fault`, or as HTTP status and body."""


def read_fault(written: Written) -> Fault:
    """A fault as it was written.

    Raises:
        ValueError: there is no such kind.
    """
    if isinstance(written, Fault):
        return written
    if isinstance(written, tuple):
        return Fault("raw", raw=written)
    kind, _, parameter = written.partition(":")
    if kind not in KINDS and not (kind.isdecimal() and 400 <= int(kind) <= 599):
        raise ValueError(f"no fault is called '{kind}'; there are: {', '.join(sorted(KINDS))}")
    return Fault(kind, parameter or None)


class FaultScript:
    """Decides the fate of each request.

    First counts what was said of its photo, for as long as it is said; then the first fault of the
    list that its protocol can have, which is thereby used up; then the mix, by chance. The chance
    hangs on the seed, the request's contents and how often they were sent, never on the order in
    which requests arrive.
    """

    def __init__(
        self,
        faults: Sequence[Written] = (),
        mix: Mapping[str, float] | None = None,
        of_photo: Mapping[str, Written] | None = None,
        seed: int = 0,
    ) -> None:
        self.faults = list(faults)
        self.mix = dict(mix or {})
        self.of_photo = dict(of_photo or {})
        self.seed = seed
        self._sent: Counter[str] = Counter()
        for written in [*self.faults, *self.mix, *self.of_photo.values()]:
            read_fault(written)

    def next(self, contents: Sequence[str], kinds: Collection[str]) -> Fault | None:
        """The fault of a request with these contents (ids) over a protocol that has `kinds`."""
        for content in contents:
            if content in self.of_photo:
                fault = read_fault(self.of_photo[content])
                if fault.is_transport or fault.kind in kinds:
                    return _unless_ok(fault)
        for place, written in enumerate(self.faults):
            fault = read_fault(written)
            if fault.is_transport or fault.kind in kinds:
                del self.faults[place]
                return _unless_ok(fault)
        return self._by_chance(",".join(contents), kinds) if self.mix else None

    def _by_chance(self, identity: str, kinds: Collection[str]) -> Fault | None:
        time = self._sent[identity]
        self._sent[identity] += 1
        digest = hashlib.sha256(f"{self.seed} {time} {identity}".encode()).digest()
        chance = int.from_bytes(digest[:8], "big") / 2**64
        for written, share in self.mix.items():
            fault = read_fault(written)
            if chance < share:
                applies = fault.is_transport or fault.kind in kinds
                return _unless_ok(fault) if applies else None
            chance -= share
        return None


def _unless_ok(fault: Fault) -> Fault | None:
    return None if fault.kind == "ok" else fault
