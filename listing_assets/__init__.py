"""The domain, and the Dagster definitions over it.

Photos come in through `assets/raw_images.py`, are decoded and resized by `imaging/`, asked about by
`tagging/`, turned into vectors by `embedding/`, and end in a published dataset version made by
`publishing/`. `increment.py` is the loop that three of the five assets share.

Only `assets/`, `definitions.py`, `checks.py`, `sensors.py`, `jobs.py` and `partitions.py` import
Dagster. The outside world (object stores, model endpoints, the lake) is in the package `resources`.
"""
