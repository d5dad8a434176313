"""Metrics of texts against the texts of people: BLEU, ROUGE, and the likeness of their vectors.

BLEU is sacrebleu's and ROUGE is rouge-score's, from 0 to 1. English is counted in words, Chinese in
characters, with words of other scripts whole (sacrebleu's tokenizer `zh`).
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from listing_assets.listings.definitions import Language
from listing_assets.search import QueryVectors

Metric = Literal[
    "BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-1", "ROUGE-2", "ROUGE-L", "similarity"
]
_TOKENIZER: Final[Mapping[Language, str]] = {"en": "13a", "zh": "zh"}
_BLEU: Final[tuple[Metric, ...]] = ("BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4")
_ROUGE: Final[Mapping[str, Metric]] = {
    "rouge1": "ROUGE-1",
    "rouge2": "ROUGE-2",
    "rougeL": "ROUGE-L",
}

Pairs = Sequence[tuple[str, str]]
"""Texts, each with that of a person."""


def text_scores(
    pairs: Pairs, language: Language, vectors: QueryVectors | None
) -> dict[Metric, float]:
    """All metrics of at least one pair; without `similarity` where there is nothing to measure it.

    Raises:
        ModelError: the embedding model did not answer.
    """
    scores = bleu(pairs, language) | rouge(pairs, language)
    alike = similarity(pairs, vectors) if vectors else None
    return scores if alike is None else {**scores, "similarity": alike}


def bleu(pairs: Pairs, language: Language) -> dict[Metric, float]:
    """Corpus BLEU of n-grams up to 1, 2, 3 and 4, weighed alike; of at least one pair.

    Letter case counts; an order without a match is smoothed as sacrebleu does by default.
    """
    # Imported where it is used, as rouge-score is: they take two seconds, and most runs score none.
    from sacrebleu.metrics.bleu import BLEU

    drafted, human = [list(texts) for texts in zip(*pairs, strict=True)]
    scores: dict[Metric, float] = {}
    for order, name in enumerate(_BLEU, start=1):
        metric = BLEU(max_ngram_order=order, tokenize=_TOKENIZER[language], force=True)
        scores[name] = metric.corpus_score(drafted, [human]).score / 100
    return scores


def rouge(pairs: Pairs, language: Language) -> dict[Metric, float]:
    """The mean F1 of ROUGE-1, ROUGE-2 and ROUGE-L over at least one pair; no stemming."""
    from absl.logging import get_absl_handler
    from rouge_score.rouge_scorer import RougeScorer  # type: ignore[import-untyped]

    # Else whoever configures logging later closes the stream that was stderr by now.
    get_absl_handler().python_handler.setStream(sys.__stderr__)
    tokenizer = _Characters() if language == "zh" else None
    scorer = RougeScorer(list(_ROUGE), tokenizer=tokenizer)
    found: dict[Metric, list[float]] = {name: [] for name in _ROUGE.values()}
    for drafted, human in pairs:
        for name, score in scorer.score(human, drafted).items():
            found[_ROUGE[name]].append(score.fmeasure)
    return {name: sum(values) / len(values) for name, values in found.items()}


def similarity(pairs: Pairs, vectors: QueryVectors) -> float | None:
    """The mean cosine of the texts' vectors; a text without a vector is like none.

    None where no text of a person has a vector.

    Raises:
        ModelError: the embedding model did not answer.
    """
    known: dict[str, np.ndarray | None] = {}
    for text in dict.fromkeys(text for pair in pairs for text in pair):
        known[text] = vectors.of_text(text) if text.strip() else None
    cosines = []
    for drafted, human in pairs:
        one, other = known[drafted], known[human]
        if other is not None:
            cosines.append(0.0 if one is None else float(one @ other))
    return sum(cosines) / len(cosines) if cosines else None


@dataclass
class _Characters:
    """A tokenizer for rouge-score: characters of Chinese, words of all else, in small letters."""

    def __post_init__(self) -> None:
        from sacrebleu.tokenizers.tokenizer_zh import TokenizerZh

        self._tokenizer: Any = TokenizerZh()  # type: ignore[no-untyped-call]

    def tokenize(self, text: str) -> list[str]:
        """The tokens that are not mere signs."""
        tokens: list[str] = self._tokenizer(text.lower()).split()
        return [token for token in tokens if any(map(str.isalnum, token))]
