"""The outside world, injected: object stores, model endpoints and the LanceDB lake.

Nothing here knows what a dataset version, a tag definition or an increment is: imports run one way,
`listing_assets.assets` → `listing_assets` domain → `resources`.
"""
