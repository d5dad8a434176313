"""Which pictures there are of each product: layout, angle, scale, tone, and the upload batch."""

from dataclasses import dataclass
from typing import Literal

Batch = Literal[1, 2]


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a product.

    `turn` is degrees clockwise, `zoom` the product's size against the layout's own, `tone` one of
    the layout's colourings: 0 pale, 1 strong, 2 dark.
    """

    number: int
    layout: str
    batch: Batch = 1
    turn: float = 0.0
    mirror: bool = False
    zoom: float = 1.0
    tone: int = 0


SHOTS: dict[str, tuple[Shot, ...]] = {
    "velmora-lipstick": (
        Shot(1, "headline", tone=2),
        Shot(2, "card"),
        Shot(3, "closeup", turn=-4, tone=0),
        Shot(4, "banner", 2, turn=6, tone=1),
    ),
    "oriluna-serum": (
        Shot(1, "studio"),
        Shot(2, "features", tone=2),
        Shot(3, "editorial", turn=12, tone=0),
    ),
    "mirobel-hand-cream": (
        Shot(1, "headline", turn=3),
        Shot(2, "pair", tone=0),
        Shot(3, "card", tone=1, mirror=True),
    ),
    "norvale-tshirt": (
        Shot(1, "card"),
        Shot(2, "editorial", turn=-6, tone=1),
        Shot(3, "promo", turn=5, tone=1),
    ),
    "ailune-dress": (
        Shot(1, "editorial", turn=4),
        Shot(2, "studio", tone=1),
        Shot(3, "card", zoom=1.05),
    ),
    "strivo-sneaker": (
        Shot(1, "headline", turn=-8, tone=1, zoom=1.15),
        Shot(2, "card", mirror=True),
        Shot(3, "banner", turn=-14, tone=2, zoom=1.1),
        Shot(4, "pair", 2, tone=0, mirror=True),
    ),
    "claymere-mug": (
        Shot(1, "closeup", tone=0),
        Shot(2, "card", mirror=True),
        Shot(3, "promo", turn=-7, tone=0),
        Shot(4, "studio", 2, tone=0, mirror=True),
    ),
    "brightok-laundry": (
        Shot(1, "promo", turn=-5, tone=1),
        Shot(2, "card"),
        Shot(3, "features", tone=0, mirror=True),
    ),
    "crunchelo-chips": (
        Shot(1, "promo", turn=8, tone=0),
        Shot(2, "pair", tone=0),
        Shot(3, "card", turn=-3, tone=1),
    ),
    "mistleaf-green-tea": (
        Shot(1, "editorial", tone=0),
        Shot(2, "closeup", tone=1, zoom=0.95),
        Shot(3, "card"),
        Shot(4, "headline", 2, tone=2),
    ),
    "fizzora-sparkling": (
        Shot(1, "headline", turn=6, tone=1),
        Shot(2, "pair", tone=0),
        Shot(3, "banner", turn=-8, tone=0),
    ),
    "zentiq-phone": (
        Shot(1, "headline", tone=2),
        Shot(2, "features", tone=0, mirror=True, zoom=0.9),
        Shot(3, "banner", turn=6, tone=2, zoom=0.88),
        Shot(4, "closeup", 2, tone=2, zoom=0.9),
    ),
    "auralith-headphones": (
        Shot(1, "studio", tone=0),
        Shot(2, "promo", turn=10, tone=2),
        Shot(3, "card", tone=2),
    ),
    "lumentra-laptop": (
        Shot(1, "banner", tone=2, zoom=1.1),
        Shot(2, "card", zoom=1.05),
        Shot(3, "closeup", tone=1),
    ),
    "bumblekin-bear": (
        Shot(1, "headline", tone=0),
        Shot(2, "closeup", tone=2, mirror=True),
        Shot(3, "promo", turn=-6, tone=0),
    ),
    "papyrelle-notebook": (
        Shot(1, "studio", turn=-3, tone=0),
        Shot(2, "editorial", turn=-12, tone=2),
        Shot(3, "features", turn=0, tone=2),
    ),
    "softwend-towel": (
        Shot(1, "headline", 2, tone=0),
        Shot(2, "card", 2),
        Shot(3, "closeup", 2, tone=0, mirror=True),
    ),
    "goldmere-honey": (
        Shot(1, "promo", 2, turn=-6, tone=1),
        Shot(2, "closeup", 2, tone=1, zoom=0.9),
        Shot(3, "card", 2, mirror=True),
    ),
    "glowen-lamp": (
        Shot(1, "features", 2, tone=0),
        Shot(2, "headline", 2, tone=2, mirror=True),
        Shot(3, "card", 2),
    ),
    "verdelune-monstera": (
        Shot(1, "studio", 2, tone=0),
        Shot(2, "cutout", 2, turn=3),
        Shot(3, "editorial", 2, tone=0),
    ),
}
"""The shots of every product, by sku, in order of their numbers."""
