"""Scenes with few words: a close-up at home, a studio, a magazine page, two at once."""

from PIL import Image

from listing_assets.sample.backdrops import bokeh, leaf_shade, paper, room, table, window_light
from listing_assets.sample.badges import pill, price_tag, yuan
from listing_assets.sample.catalogue import Product
from listing_assets.sample.outlines import box, ellipse, path
from listing_assets.sample.paints import darker, down, faded, legible_on, lighter, mix
from listing_assets.sample.pen import Pen
from listing_assets.sample.shots import Shot
from listing_assets.sample.staging import stage
from listing_assets.sample.typography import write, write_down

_WOODS = ("#d9b083", "#b98352", "#7d5636")
_WALLS = ("#efe6da", "#dfe5e3", "#4b4650")


def closeup(product: Product, shot: Shot) -> Image.Image:
    """The product large on a wooden table by a window, a caption on a slip of paper. 900 x 1000."""
    width, height = 900, 1000
    wall = mix(_WALLS[shot.tone], product.palette.paper, 0.35 if shot.tone < 2 else 0.05)
    picture = room((width, height), 640, wall, wall)
    if shot.tone == 2:
        bokeh(picture, ("#ffd9a0", "#ffb27a", "#ffffff", product.palette.pop), seed=4)
    else:
        window_light(picture, 0.65)
        leaf_shade(picture, darker(wall, 0.7), 0.16)
    table(picture, 640, _WOODS[shot.tone], seed=len(product.sku))
    stage(
        picture,
        product,
        (width * 0.54, 850),
        (760 * shot.zoom, 760 * shot.zoom),
        turn=shot.turn,
        mirror=shot.mirror,
        strength=0.6,
    )
    pen = Pen(picture)
    slip = box(46, 876, 560, 972, 10)
    pen.shade(slip, (2, 6), 8, opacity=0.4)
    pen.fill(slip, down(876, 972, "#fffdf8", "#f6f0e4"))
    write(picture, product.name_zh, (70, 945), 52, product.palette.ink, bold=True, width=270)
    write(picture, product.brand, (536, 943), 36, product.palette.ink, anchor="r", width=180)
    return picture


def studio(product: Product, shot: Shot) -> Image.Image:
    """Seamless paper, hard light, the shade of leaves, the name in one line. 800 x 1000."""
    width, height = 800, 1000
    colours = product.palette
    wall = (
        mix(colours.paper, colours.main, 0.22),
        lighter(mix(colours.main, colours.accent, 0.12), 0.3),
        lighter(colours.ink, 0.12),
    )[shot.tone]
    words = legible_on(wall, colours.ink)
    picture = room((width, height), 690, wall, mix(wall, colours.accent, 0.12))
    leaf_shade(picture, darker(wall, 0.75), 0.2, seed=len(product.sku))
    pen = Pen(picture)
    block = box(110, 800, 690, 1010, 6)
    pen.shade(block, (10, 0), 14, opacity=0.3)
    pen.fill(block, down(800, 1000, lighter(wall, 0.42), lighter(wall, 0.06)))
    pen.fill(path("M 110 806 L 180 762 L 620 762 L 690 806 Z"), lighter(wall, 0.6))
    stage(
        picture,
        product,
        (width / 2, 788),
        (560 * shot.zoom, 540 * shot.zoom),
        turn=shot.turn,
        mirror=shot.mirror,
        squeeze=0.92,
        strength=0.6,
    )
    write(picture, product.brand, (width / 2, 116), 52, words, tracking=0.32, anchor="m", width=680)
    write(picture, product.name_en, (width / 2, 176), 40, words, anchor="m", width=640)
    under = legible_on(lighter(wall, 0.2), colours.ink)
    line = f"{product.name_zh}  {yuan(product.price)}"
    write(picture, line, (width / 2, 912), 54, under, bold=True, anchor="m", width=540)
    return picture


def editorial(product: Product, shot: Shot) -> Image.Image:
    """A magazine page: a dark column with the name written downwards. 800 x 1000."""
    width, height = 800, 1000
    colours = product.palette
    column, page = (
        (colours.ink, colours.paper),
        (colours.main, lighter(colours.paper, 0.4)),
        (darker(colours.ink, 0.4), mix(colours.paper, colours.accent, 0.35)),
    )[shot.tone]
    words = legible_on(column, colours.ink)
    picture = paper((width, height), page, darker(page, 0.08))
    pen = Pen(picture)
    pen.fill(box(0, 0, 240, height), down(0, height, lighter(column, 0.12), darker(column, 0.15)))
    pen.fill(ellipse(500, 400, 250), mix(page, colours.main, 0.22))
    pen.line(box(270, 36, width - 36, height - 36), faded(colours.ink, 0.35), 2, closed=True)
    size = min(118.0, 700 / len(product.name_zh) / 1.12)
    write_down(picture, product.name_zh, (120, 70), size, words, bold=True)
    write(picture, product.brand, (120, 950), 34, words, anchor="m", width=200)
    stage(
        picture,
        product,
        (505, 410),
        (520 * shot.zoom, 600 * shot.zoom),
        turn=shot.turn,
        mirror=shot.mirror,
        shadow="drop",
        strength=0.4,
    )
    ink = colours.ink
    write(picture, product.name_en, (300, 806), 46, ink, bold=True, width=440)
    write(picture, product.slogan_en, (300, 858), 36, ink, width=440)
    price_tag(picture, product, (300, 940), 62, colours.pop)
    return picture


def pair(product: Product, shot: Shot) -> Image.Image:
    """Two of the product on a ground cut in two, the promotion in a bar below. 1000 x 1000."""
    size = 1000
    colours = product.palette
    first, second = (
        (mix(colours.paper, colours.main, 0.2), mix(colours.paper, colours.accent, 0.4)),
        (lighter(colours.main, 0.25), colours.ink),
        (colours.ink, darker(colours.main, 0.2)),
    )[shot.tone]
    picture = paper((size, size), lighter(first, 0.1), first)
    pen = Pen(picture)
    pen.fill(
        path("M 1000 0 L 1000 1000 L 300 1000 L 640 0 Z"),
        down(0, size, lighter(second, 0.15), second),
    )
    pen.line(path("M 640 0 L 300 1000"), faded("#ffffff", 0.8), 6)
    words = legible_on(first, colours.ink)
    write(picture, product.name_zh, (60, 138), 88, words, bold=True, width=480)
    write(picture, product.name_en, (60, 200), 44, words, width=470)
    room_for = (500 * shot.zoom, 560 * shot.zoom)
    stage(
        picture,
        product,
        (680, 450),
        room_for,
        turn=shot.turn + 16,
        shadow="drop",
        mirror=not shot.mirror,
    )
    stage(
        picture,
        product,
        (330, 540),
        room_for,
        turn=shot.turn - 10,
        shadow="drop",
        mirror=shot.mirror,
    )
    bar = box(60, 850, 940, 950, 50)
    pen.shade(bar, (0, 6), 10, opacity=0.35)
    pen.fill(bar, "#ffffff")
    write(picture, product.promotion_zh, (100, 919), 52, colours.pop, bold=True, width=320)
    write(
        picture, product.promotion_en, (900, 917), 42, colours.ink, bold=True, anchor="r", width=430
    )
    pill(picture, f"{product.brand} {yuan(product.price)}", (940, 92), 40, colours.pop, anchor="r")
    return picture
