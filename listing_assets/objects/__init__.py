"""Which objects of a source belong to a dataset version, and what a manifest says of them.

`selection.py` selects, `side_files.py` tells what is passed over, `manifest.py` reads manifests and
`meta_types.py` finds the types of their columns. Listing and reading is the store's part
(`resources.object_store`); freezing what was selected is `listing_assets.versions`.
"""
