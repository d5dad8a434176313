"""Watches a text while it is being written.

What is safe goes on at once; held back is only what more text could still make a violation, which
is most often the word being written. Up to half of the limit the text flows; from there on it goes
on by whole sentences, so that it can end with one at the limit. The guard takes one character after
the other, so the outcome is the same however the text is cut into pieces.
"""

from collections.abc import AsyncGenerator, AsyncIterable
from dataclasses import dataclass
from typing import Final

from listing_assets.listings.draft import Violation
from listing_assets.listings.honesty.limits import cut
from listing_assets.listings.honesty.plain import Plain, plain, plain_character
from listing_assets.listings.honesty.rules.patterns import Span
from listing_assets.listings.honesty.rules.searching import Rules
from listing_assets.listings.honesty.sentences import Segments

_CONTEXT: Final = 32
"""Characters before what is not yet safe that are searched with it, for what `unless` says."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The end of a stream that broke a rule: the violation, and words for the person."""

    violation: Violation
    notice: str


class Guard:
    """Takes a text in pieces and gives back what may be shown of it.

    The text that has come out is `text`; `stopped` says which rule ended it, if one did. It never
    holds a character of a violation whose rule stops, and never more than `limit` characters: a
    longer text ends with a sentence in the second half of the limit, where there is one.
    """

    def __init__(self, rules: Rules, limit: int) -> None:
        """Watch a text by `rules`, of at most `limit` characters."""
        self._rules = rules
        self._limit = limit
        self._flows_to = limit // 2
        self._come = ""
        self._plain = ""
        self._starts: list[int] = []
        self._safe = 0
        """The place of the plain text before which no violation begins."""
        self._given = 0
        self.is_over = False
        self.stopped: Stopped | None = None

    @property
    def text(self) -> str:
        """All that was given back so far."""
        return self._come[: self._given]

    def feed(self, piece: str) -> str:
        """Take what was written next and give back what has become safe to show."""
        before = self._given
        for character in piece:
            if self.is_over:
                break
            self._take(character)
        return self._come[before : self._given]

    def finish(self) -> str:
        """Give back the rest. Nothing more may be fed."""
        before = self._given
        if not self.is_over:
            self._end(self._come)
        return self._come[before : self._given]

    def _take(self, character: str) -> None:
        shown = plain_character(character)
        self._starts += [len(self._come)] * len(shown)
        self._plain += shown
        self._come += character
        if len(self._come) > self._limit and not character.isspace():
            self._end(cut(self._come, self._limit, max(self._flows_to, self._given)))
            return
        start = max(0, self._safe - _CONTEXT)
        window = self._plain[start:]
        open_from = max(self._safe, start + self._rules.open_from(window))
        stop = self._rules.first_stop(window, self._safe - start)
        if stop is None:
            self._safe = open_from
        elif start + stop[0][1] <= open_from:
            self._stop((start + stop[0][0], start + stop[0][1]), stop[1])
            return
        else:
            self._safe = min(open_from, start + stop[0][0])
        at_the_end = self._safe == len(self._starts)
        self._give(len(self._come) if at_the_end else self._starts[self._safe])

    def _give(self, safe: int) -> None:
        """Give back up to `safe`, in the second half of the limit by sentences."""
        if safe > self._flows_to:
            ends = Segments(self._come).sentence_ends
            whole = [end for end in ends if end <= min(safe, len(self._come) - 1, self._limit)]
            safe = max([self._flows_to, *whole[-1:]])
        self._given = max(self._given, safe)

    def _end(self, text: str) -> None:
        """End with `text`, which all that came begins with, or before a violation in it."""
        self.is_over = True
        whole = plain(text)
        stop = self._rules.first_stop(whole.text)
        if stop:
            self._stop(*stop)
        else:
            self._given = max(self._given, min(len(text), self._limit))

    def _stop(self, span: Span, name: str) -> None:
        self.is_over = True
        start, end = Plain(self._plain, tuple(self._starts)).span(*span)
        self._given = max(self._given, start)
        violation = Violation(name, self._come[start:end], start, end)
        self.stopped = Stopped(violation, self._rules.notice(name))


async def guarded(
    pieces: AsyncIterable[str], rules: Rules, limit: int
) -> AsyncGenerator[str | Stopped, None]:
    """The text that may be shown, piece by piece; `Stopped` last where a rule ended it.

    Where the text reaches the limit, or is stopped, no further piece is asked for. What is held
    back when `pieces` fail was never shown to be safe, and is not given.
    """
    guard = Guard(rules, limit)
    async for piece in pieces:
        if shown := guard.feed(piece):
            yield shown
        if guard.is_over:
            break
    if rest := guard.finish():
        yield rest
    if guard.stopped:
        yield guard.stopped
