"""Cards that inform: a specification sheet, callouts around a product, a cut-out."""

from PIL import Image

from listing_assets.sample.backdrops import halo, paper
from listing_assets.sample.badges import pill, price_tag, yuan
from listing_assets.sample.catalogue import Product
from listing_assets.sample.outlines import box, ellipse, path
from listing_assets.sample.paints import darker, down, faded, glow, lighter, mix
from listing_assets.sample.pen import Pen
from listing_assets.sample.shots import Shot
from listing_assets.sample.staging import stage
from listing_assets.sample.typography import write

_GREY = "#5d5a66"
_PRICE = "#d8232f"


def card(product: Product, shot: Shot) -> Image.Image:
    """The product on a tinted panel, name, price and three lines of specification. 800 x 1000."""
    width, height = 800, 1000
    colours = product.palette
    picture = Image.new("RGB", (width, height), "#ffffff")
    pen = Pen(picture)
    panel = box(36, 36, width - 36, 560, 28)
    tint = (colours.paper, mix(colours.paper, colours.main, 0.28), "#f4f4f6")[shot.tone]
    pen.fill(panel, down(36, 560, lighter(tint, 0.35), darker(tint, 0.06)))
    pen.fill(ellipse(width / 2, 300, 210), faded("#ffffff", 0.7), blur=30)
    stage(
        picture,
        product,
        (width / 2, 530),
        (600 * shot.zoom, 440 * shot.zoom),
        turn=shot.turn,
        mirror=shot.mirror,
        strength=0.32,
    )
    write(picture, product.brand, (66, 88), 30, colours.ink, tracking=0.2)
    pill(picture, product.promotion_zh, (width - 60, 80), 30, colours.pop, anchor="r")
    left = width - 130 - price_tag(picture, product, (width - 48, 652), 78, _PRICE, anchor="r")
    write(picture, product.name_zh, (48, 634), 62, "#1f1b24", bold=True, width=left)
    write(picture, product.name_en, (48, 684), 36, _GREY, width=left)
    pen.line(path(f"M 48 714 L {width - 48} 714"), "#e3e1e8", 2)
    for index, line in enumerate(product.attributes):
        y = 768 + 62 * index
        pen.fill(ellipse(58, y - 12, 7), colours.main)
        write(picture, f"{line.label_zh} {line.label_en}", (80, y), 34, _GREY, width=330)
        write(picture, line.value_zh, (424, y), 34, "#1f1b24", bold=True, width=140)
        write(picture, line.value_en, (width - 48, y), 34, "#1f1b24", anchor="r", width=180)
    write(picture, product.promotion_en, (48, 964), 34, _PRICE, bold=True)
    write(picture, "正品保障", (width - 48, 964), 34, _GREY, anchor="r")
    return picture


def features(product: Product, shot: Shot) -> Image.Image:
    """The product in a spotlight, a line from it to each of its attributes. 800 x 1000."""
    width, height = 800, 1000
    colours = product.palette
    dark = shot.tone == 2
    ground = darker(colours.ink, 0.25) if dark else colours.paper
    words = "#ffffff" if dark else colours.ink
    line_colour = lighter(colours.main, 0.5) if dark else colours.main
    price = lighter(colours.pop, 0.3) if dark else colours.pop
    picture = paper((width, height), lighter(ground, 0.08), darker(ground, 0.1), ground)
    pen = Pen(picture)
    pen.wash(glow(330, 560, 480, faded(lighter(colours.main, 0.45), 0.75), faded(ground, 0)))
    write(picture, product.name_zh, (56, 130), 84, words, bold=True, width=690)
    write(picture, product.name_en, (56, 192), 42, words, width=690)
    pen.line(path("M 58 226 L 178 226"), line_colour, 6)
    stage(
        picture,
        product,
        (310, 880),
        (460 * shot.zoom, 600 * shot.zoom),
        turn=shot.turn,
        mirror=shot.mirror,
    )
    for index, line in enumerate(product.attributes):
        y = 380 + 170 * index
        pen.line(path(f"M 440 {y + 40} L 500 {y} L 540 {y}"), line_colour, 2.5)
        pen.fill(ellipse(440, y + 40, 7), line_colour)
        write(picture, line.value_en, (552, y + 4), 38, words, bold=True, width=225)
        write(picture, f"{line.label_zh} {line.value_zh}", (552, y + 50), 32, words, width=225)
    write(picture, product.brand, (56, 962), 34, words, tracking=0.2)
    write(picture, yuan(product.price), (width - 56, 966), 64, price, bold=True, anchor="r")
    return picture


def cutout(product: Product, shot: Shot) -> Image.Image:
    """The product alone with its name, everything else transparent (RGBA). 800 x 800."""
    size = 800
    colours = product.palette
    picture = Image.new("RGBA", (size, size), (255, 255, 255, 0))
    halo(picture, size / 2, 350, 250, mix(colours.paper, colours.main, 0.35))
    stage(
        picture,
        product,
        (size / 2, 350),
        (560 * shot.zoom, 560 * shot.zoom),
        turn=shot.turn,
        mirror=shot.mirror,
        shadow="drop",
    )
    write(picture, product.name_zh, (50, 716), 62, colours.ink, bold=True, width=420)
    write(picture, product.name_en, (50, 766), 36, colours.ink, width=420)
    pill(picture, yuan(product.price), (size - 50, 724), 58, colours.pop, anchor="r")
    return picture
