"""Tags: what a version lacks is asked for, and each answer is held against the tag definition.

`asking.py` asks about one photo, `validation.py` judges what a model's text says, `step.py` is the
computation of `smart_tags`, and `trial.py` tries a definition on a few photos first.

A text is read by `repair.py` (with `almost_json.py`); `choices.py`, `scalars.py` and `texts.py`
judge values by the tag's type; `reasons.py` has the closed lists of what is wrong or was mended.
Definitions are read by `listing_assets.catalog`; who answers is behind `resources.endpoints`.
"""
