"""The REST API and the gallery over it, in one process: `listing serve`.

`app.py` assembles. `access.py` and `guards.py` stand before every request: key, origin, sizes and
headers. `library.py` has what is served, opened once: the catalog, revisions, models; `pictures.py`
and `originals.py` the photos, `uploads.py` those to search by. `routes/` has the API, one file a
subject; `questions.py` and `documents.py` what it is asked and what it answers. `static/` is the
page: plain modules and CSS, which know nothing but the API.
"""
