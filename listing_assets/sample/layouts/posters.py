"""Posters that sell: a headline, a promotion, a wide banner."""

from PIL import Image

from listing_assets.sample.backdrops import confetti, dots, halo, paper, podium, rays, waves
from listing_assets.sample.badges import burst, pill, price_disc, price_tag, ribbon, yuan
from listing_assets.sample.catalogue import Product
from listing_assets.sample.outlines import ellipse, path
from listing_assets.sample.paints import across, darker, down, faded, legible_on, lighter, mix
from listing_assets.sample.pen import Pen
from listing_assets.sample.shots import Shot
from listing_assets.sample.staging import stage
from listing_assets.sample.typography import write


def headline(product: Product, shot: Shot) -> Image.Image:
    """A slogan above a product on a plinth, its name below, the price in a disc. 800 x 1000."""
    width, height = 800, 1000
    colours = product.palette
    deep = darker(colours.main, 0.3 if legible_on(colours.main) == "#ffffff" else 0.04)
    top, bottom, words, base = (
        (colours.paper, mix(colours.paper, colours.main, 0.42), colours.ink, colours.main),
        (lighter(colours.main, 0.18), deep, legible_on(colours.main, colours.ink), colours.main),
        (lighter(colours.ink, 0.2), darker(colours.ink, 0.35), "#ffffff", colours.accent),
    )[shot.tone]
    picture = paper((width, height), top, bottom, lighter(top, 0.6))
    halo(picture, width / 2, 500, 248, mix(top, lighter(base, 0.35), 0.5))
    dots(picture, (40, 330, 150, 470), faded(words, 0.28))
    dots(picture, (660, 250, 770, 360), faded(words, 0.28))
    podium(picture, width / 2, 716, 214, mix(base, lighter(top, 0.3), 0.45))
    write(picture, product.brand, (width / 2, 72), 30, words, tracking=0.28, anchor="m")
    write(picture, product.slogan_zh, (width / 2, 178), 92, words, bold=True, anchor="m", width=680)
    write(picture, product.slogan_en, (width / 2, 236), 38, words, anchor="m", width=640)
    stage(
        picture,
        product,
        (width / 2, 726),
        (430 * shot.zoom, 440 * shot.zoom),
        turn=shot.turn,
        mirror=shot.mirror,
    )
    write(picture, product.name_zh, (54, 925), 62, words, bold=True, width=440)
    write(picture, product.name_en, (54, 974), 36, words, width=440)
    price_disc(picture, product, (668, 862), 112, colours.pop)
    return picture


def promo(product: Product, shot: Shot) -> Image.Image:
    """A loud square: 限时特惠, the promotion on a ribbon, the price in a burst. 900 x 900."""
    size = 900
    colours = product.palette
    ground = (colours.pop, colours.main, colours.ink)[shot.tone]
    words = legible_on(ground, colours.ink)
    picture = paper((size, size), lighter(ground, 0.14), darker(ground, 0.22), lighter(ground, 0.5))
    rays(picture, size / 2, 520, lighter(ground, 0.32))
    Pen(picture).fill(ellipse(size / 2, 520, 300), faded("#ffffff", 0.32), blur=40)
    confetti(picture, ("#ffd84d", "#ffffff", "#ff8fa3", "#7fe0ff"), seed=len(product.sku))
    write(
        picture, "限时特惠", (size / 2, 142), 128, words, bold=True, anchor="m",
        outline=darker(ground, 0.5) if words == "#ffffff" else "#ffffff",
    )  # fmt: skip
    stage(
        picture,
        product,
        (size / 2, 448),
        (540 * shot.zoom, 500 * shot.zoom),
        turn=shot.turn,
        mirror=shot.mirror,
        shadow="drop",
    )
    ribbon(picture, product.promotion_zh, 668, 92, "#ffd23c", "#7a1020")
    burst(picture, ("仅售 ONLY", yuan(product.price)), (760, 300), 118, "#fff3c9")
    write(
        picture, product.promotion_en, (size / 2, 826), 50, words, bold=True, anchor="m", width=800
    )
    line = f"{product.name_zh}  {product.name_en}"
    write(picture, line, (size / 2, 880), 38, words, anchor="m", width=820)
    return picture


def banner(product: Product, shot: Shot) -> Image.Image:
    """A wide banner: words and a button at the left, the product at the right. 1200 x 675."""
    width, height = 1200, 675
    colours = product.palette
    left, right = (
        (lighter(colours.paper, 0.4), mix(colours.paper, colours.main, 0.55)),
        (darker(colours.main, 0.18), lighter(colours.main, 0.4)),
        (darker(colours.ink, 0.3), lighter(colours.ink, 0.3)),
    )[shot.tone]
    words = legible_on(left, colours.ink)
    picture = paper((width, height), left, left, left)
    pen = Pen(picture)
    pen.wash(across(0, width, left, left, right))
    pen.fill(
        path("M 700 0 C 620 200 780 420 660 675 L 1200 675 L 1200 0 Z"),
        down(0, height, faded("#ffffff", 0.34), faded("#ffffff", 0.04)),
    )
    pen.fill(ellipse(930, 340, 250), faded("#ffffff", 0.28))
    pen.line(ellipse(930, 340, 286), faded("#ffffff", 0.5), 2, closed=True)
    dots(picture, (1080, 40, 1180, 140), faded("#ffffff", 0.7))
    waves(picture, 610, right, darker(right, 0.12))
    pill(picture, product.promotion_zh, (70, 92), 42, colours.pop)
    write(picture, product.name_zh, (70, 250), 104, words, bold=True, width=570)
    write(picture, product.name_en, (70, 322), 52, words, width=560)
    write(picture, product.slogan_en, (70, 384), 38, words, width=540)
    price_tag(picture, product, (70, 510), 92, words)
    stage(
        picture,
        product,
        (930, 600),
        (470 * shot.zoom, 520 * shot.zoom),
        turn=shot.turn,
        mirror=shot.mirror,
    )
    pill(picture, "立即抢购  Shop now", (70, 590), 36, colours.ink if shot.tone == 0 else "#ffffff")
    return picture
