"""Metrics of texts: they are sacrebleu's and rouge-score's, and those of the papers' examples."""

import math
import sys

import numpy as np
import pytest

from listing_assets.listings.evaluation.texts import bleu, rouge, similarity, text_scores
from tests.search.shop import StandInVectors

ENGLISH = [
    (
        "A leather bag with two straps, and room for a laptop.",
        "This leather bag has two straps and a pocket for a laptop up to 15 inches.",
    ),
    ("The mug holds 0.3 l; it's dishwasher-safe.", "A white mug. It holds 0.3 l."),
    ("", "Sunglasses with dark lenses and a thin frame."),
    ("Add a modern touch to your outfits with these sleek aviator sunglasses!", "Sunglasses."),
]


def test_english_agrees_with_sacrebleu_and_rouge_score() -> None:
    import sacrebleu
    from rouge_score.rouge_scorer import RougeScorer

    drafted, human = [list(texts) for texts in zip(*ENGLISH, strict=True)]
    whole = sacrebleu.corpus_bleu(drafted, [human])
    scores = text_scores(ENGLISH, "en", None)
    assert scores["BLEU-4"] == pytest.approx(whole.score / 100, abs=1e-6)
    for order in (1, 2, 3, 4):
        logs = [math.log(precision / 100) for precision in whole.precisions[:order]]
        weighed = whole.bp * math.exp(sum(logs) / order)
        assert scores[f"BLEU-{order}"] == pytest.approx(weighed, abs=1e-6)  # type: ignore[index]
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"])
    for name, metric in (("rouge1", "ROUGE-1"), ("rouge2", "ROUGE-2"), ("rougeL", "ROUGE-L")):
        found = [scorer.score(his, draft)[name].fmeasure for draft, his in ENGLISH]
        assert scores[metric] == pytest.approx(np.mean(found), abs=1e-6)  # type: ignore[index]


def test_the_examples_of_the_papers_hold() -> None:
    # Papineni et al. 2002: clipped counts. Lin 2004: sequences.
    the = bleu([("the the the the the the the", "the cat is on the mat")], "en")
    assert the["BLEU-1"] == pytest.approx(2 / 7)
    for text, right in (("police kill the gunman", 0.75), ("the gunman kill police", 0.5)):
        assert rouge([(text, "police killed the gunman")], "en")["ROUGE-L"] == right


def test_chinese_is_counted_in_characters() -> None:
    pair = [("红色手机", "红色的手机。")]
    assert bleu(pair, "zh")["BLEU-1"] == pytest.approx(math.exp(1 - 6 / 4))
    assert rouge(pair, "zh")["ROUGE-1"] == pytest.approx(2 * 0.8 / 1.8), "signs do not count"
    assert rouge(pair, "zh")["ROUGE-2"] == pytest.approx(2 * 2 / (3 + 4))
    assert rouge([("小米14 Pro", "小米 14 pro")], "zh")["ROUGE-L"] == 1


def test_similarity_is_the_mean_cosine_and_a_missing_text_is_like_none() -> None:
    known = {"a": [1.0, 0.0], "b": [0.6, 0.8]}
    vectors = StandInVectors({text: np.array(found) for text, found in known.items()})
    assert similarity([("a", "b"), ("", "a"), ("a", "unknown")], vectors) == pytest.approx(0.3)
    assert vectors.asked == 3, "each text is asked for once, an empty one never"
    assert similarity([("a", "unknown")], vectors) is None
    assert "similarity" not in text_scores([("a", "unknown")], "en", vectors)


def test_whoever_configures_logging_later_closes_no_stream() -> None:
    rouge(ENGLISH[:1], "en")
    from absl.logging import get_absl_handler

    assert get_absl_handler().python_handler.stream is sys.__stderr__
