"""A sample bucket, drawn: product posters and cards of invented brands, in two upload batches.

`catalogue.py` has the products and `shots.py` the pictures of each. `drawing.py` draws one picture,
`encoding.py` makes a file of it and `bucket.py` writes a batch of files. Below them `outlines.py`,
`paints.py` and `pen.py` draw geometry, `typography.py` and `badges.py` draw words, `shapes/` draws
products, `staging.py` stands a product on a picture, `backdrops.py` draws what is behind it and
`layouts/` composes all of them.

Everything is drawn by Pillow and numpy from numbers written here: no network, no pictures of
others. The same Pillow draws the same bytes. Nothing in this package knows of datasets or the lake.
"""

from listing_assets.sample.bucket import sample_keys, write_batch
from listing_assets.sample.catalogue import PRODUCTS, Product
from listing_assets.sample.drawing import draw

__all__ = ["PRODUCTS", "Product", "draw", "sample_keys", "write_batch"]
