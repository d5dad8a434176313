"""Jobs of the gallery: labelling, indexing and exports, each in a detached process of its own.

`folders.py` is what a job leaves on disk, `launching.py` begins its process, `jobs.py` brings both
together with what Dagster has recorded, `documents.py` is how the API tells of it. `plans.py` says
what a job would do and cost. `destinations.py` says where exports of the API may go, `asking.py`
what they are asked for, `zipping.py` streams them out again.
"""
