"""Tags: what a version lacks is asked for, and each answer is held against the tag definition.

`validation.py` judges answers, `step.py` is the computation of `smart_tags`. Definitions are read
by `listing_assets.catalog`; who answers is behind `resources.endpoints`.
"""
