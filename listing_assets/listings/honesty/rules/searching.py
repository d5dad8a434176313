"""Searches a text by a rule set."""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from listing_assets.listings.draft import Violation
from listing_assets.listings.honesty.plain import plain
from listing_assets.listings.honesty.rules.beginnings import beginning_of
from listing_assets.listings.honesty.rules.digits import BEGINNING, found
from listing_assets.listings.honesty.rules.patterns import Pattern, Span, of_word, with_gaps
from listing_assets.listings.honesty.rules.schema import Rule, RuleSet

END: Final = r"\z"


class _Search:
    """One rule, compiled."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.sources = [
            *(of_word(word, spaced=rule.spaced) for word in rule.words),
            *map(with_gaps, rule.patterns),
        ]
        self.excuses = list(map(with_gaps, rule.unless))
        self._pattern = Pattern(self.sources) if self.sources else None
        self._excuse = Pattern(self.excuses) if self.excuses else None

    def spans(self, text: str) -> Iterator[Span]:
        """What breaks the rule in a plain text, and is not excused."""
        spans = list(self._pattern.spans(text)) if self._pattern else []
        spans += [span for kind in self.rule.digits for span in found(kind, text)]
        if spans and self._excuse:
            excused = list(self._excuse.spans(text))
            spans = [a for a in spans if not any(b[0] < a[1] and a[0] < b[1] for b in excused)]
        yield from sorted(spans)


def violations(text: str, rules: "Rules") -> tuple[Violation, ...]:
    """What breaks a rule in `text`, in its order, with its places there."""
    original = plain(text)
    spans = ((original.span(*span), name) for span, name in rules.found(original.text))
    return tuple(Violation(name, text[slice(*span)], *span) for span, name in spans)


class Rules:
    """A rule set, ready to search texts."""

    def __init__(self, rule_set: RuleSet) -> None:
        """Compile the rules of a set."""
        self.rule_set = rule_set
        self._searches = [_Search(rule) for rule in rule_set.rules]

    def found(self, plain_text: str) -> list[tuple[Span, str]]:
        """The spans of a plain text that break a rule, in its order, each with the rule's name."""
        return sorted(
            (span, search.rule.name)
            for search in self._searches
            for span in search.spans(plain_text)
        )

    def notice(self, name: str) -> str:
        """What a person is told where a text was stopped by the rule `name`."""
        rule = next(rule for rule in self.rule_set.rules if rule.name == name)
        reason = rule.reason.rstrip(".。")
        if self.rule_set.language == "zh":
            return f"文字在违反规则“{name}”之前被停止：{reason}。"
        return f"The text was stopped before it broke the rule '{name}': {reason}."

    def first_stop(self, plain_text: str, start: int = 0) -> tuple[Span, str] | None:
        """The first violation from `start` on that stops a stream, and its rule's name."""
        if self._stopping is None:
            return None
        return min(
            (
                (span, search.rule.name)
                for search in self._searches
                if search.rule.stop
                for span in search.spans(plain_text)
                if span[0] >= start
            ),
            default=None,
        )

    def open_from(self, plain_text: str) -> int:
        """From where on more text may still make a violation that stops, or excuse one."""
        if self._stopping is None:
            return len(plain_text)
        begun = self._stopping.first(plain_text)
        return len(plain_text) if begun is None else begun

    @cached_property
    def _stopping(self) -> Pattern | None:
        stops = [search for search in self._searches if search.rule.stop]
        sources = [beginning_of(source) for search in stops for source in search.sources]
        sources += [beginning_of(excuse) for search in stops for excuse in search.excuses]
        if any(search.rule.digits for search in stops):
            sources.append(BEGINNING)
        return Pattern(f"(?:{source}){END}" for source in sources) if sources else None
