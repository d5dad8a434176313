"""Tags that imported models predict from a photo's facts or its vector, in this process.

`inputs.py` has the columns that a photo offers, `outputs.py` says what a prediction means for a
tag, `step.py` is the computation of `predicted_tags`. The models are `resources.endpoints`' part.
"""
