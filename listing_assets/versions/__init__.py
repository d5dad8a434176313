"""Dataset versions: their names, their frozen listings, and the view of what is known of a version.

`names.py` reads `dataset@version`, `listing.py` freezes a source's listing into the object table,
`view.py` joins what the lake knows of a version's objects. Nothing is computed or published here.
"""
