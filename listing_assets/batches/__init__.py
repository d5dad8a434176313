"""Batch mode: what a version lacks is handed to the endpoint's batch service and collected later.

`notes.py` remembers batches in the lake; `covering.py` tells what is left to ask beside them;
`files.py`, `allowance.py` and `submitting.py` hand requests over; `collecting.py`, `ended.py` and
`answers.py` bring results in; `waiting.py` and `polling.py` tell what is still to come; `step.py`
is the computation of `smart_tags` made of these.

A batch is noted with its requests before it is made, and its results are kept under the id of
batch and photo: a kill anywhere asks nothing twice and keeps nothing twice.
"""
