"""Listing drafts: from the photos of one product to a category, attributes and a text to publish.

`draft.py` has the plain data that the steps hand on. Each step is a module of its own; `pipeline`
runs them in order. What belongs elsewhere: calls to models (`resources.endpoints`), search
(`listing_assets.search`), tags (`listing_assets.tagging`).
"""
