"""Publishing: the difference between what a dataset's table says and what is known now.

`columns.py` has the published schema, `rows.py` joins a version's rows, `revisions.py` keeps
branches, tags and their history, `publish.py` writes the difference with the times of
`ingestion.py` and the indexes of `indexes.py`, `statistics.py` reports on the result,
`contact_sheet.py` and `card.py` draw it.
"""
