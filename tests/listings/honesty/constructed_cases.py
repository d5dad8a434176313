"""Descriptions of which it is known what bears them out, and what nothing does.

`flagged` are all the claims that a person must look at; `supported` are guarded claims that rest on
the photo or on the reference. Every description has both, so that neither flagging everything nor
flagging nothing passes.
"""

from dataclasses import dataclass

from listing_assets.listings.draft import Evidence, Neighbour, Verdict


@dataclass(frozen=True, slots=True)
class Case:
    """A description, its evidence, and what must come of it."""

    name: str
    text: str
    evidence: Evidence
    flagged: tuple[str, ...]
    supported: tuple[str, ...]


def near(verdict: Verdict, title: str, description: str = "", **attributes: str) -> Neighbour:
    """A neighbour of the reference version."""
    return Neighbour(
        "shop", "shop@v1.0", f"{verdict}.jpg", 0.9, verdict, title, description, "", attributes
    )


ENGLISH = (
    Case(
        "capacity and price made up",
        "Sony WH-1000XM5 headphones in black, 512GB of memory, only $120.",
        Evidence(tags={"brand": ("Sony",), "model": ("WH-1000XM5",), "color": ("black",)}),
        ("512GB", "$120"),
        ("Sony", "WH-1000XM5"),
    ),
    Case(
        "the model before, with a similar number",
        "Sony WH-1000XM4 headphones, lightly worn.",
        Evidence(seen_text=("SONY", "WH-1000XM5"), tags={"condition": ("Lightly worn",)}),
        ("WH-1000XM4",),
        ("Sony", "lightly worn"),
    ),
    Case(
        "the larger sister model",
        "iPhone 13 Pro Max, 256 GB, with a case.",
        Evidence(seen_text=("iPhone 13 Pro", "256GB")),
        ("iPhone 13 Pro Max",),
        ("256 GB",),
    ),
    Case(
        "the capacity of the same model in another variant",
        "Apple iPhone 13 with 512GB storage. It works perfectly.",
        Evidence(reference=(near("same model", "Apple iPhone 13 512GB blue"),)),
        ("512GB", "works perfectly"),
        ("Apple", "iPhone 13"),
    ),
    Case(
        "price and condition of another seller's identical item",
        "Kodak Instamatic camera, like new, asking $45, takes 126 film.",
        Evidence(
            reference=(
                near("identical", "Kodak Instamatic", "Like new, asking $45", brand="Kodak"),
            )
        ),
        ("like new", "$45"),
        ("Kodak",),
    ),
    Case(
        "brand of an item that is only similar",
        "A Corsair keyboard with 87 keys and heavily worn letters.",
        Evidence(
            tags={"condition": ("Heavily worn",)},
            reference=(near("similar", "Clacky Keyboard", brand="Corsair"),),
        ),
        ("Corsair",),
        ("heavily worn",),
    ),
    Case(
        "an unknown brand",
        "This Zentiq power bank holds 20000 mAh and is still sealed.",
        Evidence(seen_text=("20,000mAh",), tags={"condition": ("Unopened",)}),
        ("Zentiq",),
        ("20000 mAh", "still sealed"),
    ),
    Case(
        "the former price as the price",
        "VELMORA velvet lipstick, now ¥199, net weight 3.5 g.",
        Evidence(seen_text=("VELM0RA", "¥129", "was ¥199", "Net weight 3.5 g")),
        ("¥199",),
        ("VELMORA", "3.5 g"),
    ),
    Case(
        "a better state than the photo shows",
        "Brand new leather boots, some scratches on the toe.",
        Evidence(tags={"condition": ("Heavily worn",), "defects": ("scratches",)}),
        ("Brand new",),
        ("scratches",),
    ),
    Case(
        "no scratches where the photo shows them",
        "Nikon film camera without any scratches, 50mm lens.",
        Evidence(tags={"brand": ("Nikon",), "defects": ("scratches",)}),
        ("without any scratches",),
        ("Nikon",),
    ),
    Case(
        "free shipping and a discount that is not offered",
        "ORILUNA hydrating serum, 30 ml, 50% off with free shipping.",
        Evidence(seen_text=("ORILUNA", "Hydrating Serum", "30% Off", "30 ml")),
        ("50% off", "free shipping"),
        ("ORILUNA", "30 ml"),
    ),
    Case(
        "another volume",
        "CLAYMERE ceramic mug holds 0.5 L. Costs 45 yuan.",
        Evidence(seen_text=("CLAYMERE", "380 ml", "¥45")),
        ("0.5 L",),
        ("CLAYMERE", "45 yuan"),
    ),
    Case(
        "battery health out of nothing",
        "Samsung Galaxy S23 Ultra, battery health 98%, comes with original box.",
        Evidence(reference=(near("same model", "Samsung Galaxy S23 Ultra 256GB"),)),
        ("battery health 98%", "comes with original box"),
        ("Samsung", "Galaxy S23 Ultra"),
    ),
    Case(
        "one terabyte is not a thousand gigabytes",
        "Logitech hub with a 1TB drive, never used.",
        Evidence(seen_text=("logitech", "1000GB"), tags={"condition": ("Unopened",)}),
        ("1TB",),
        ("Logitech", "never used"),
    ),
    Case(
        "a model number that is nowhere",
        "Brand: Braun. Model: BT-3040. Net volume 500ml for $39.90.",
        Evidence(seen_text=("BRAUN", "0.5 L", "$39.9")),
        ("BT-3040",),
        ("Braun", "500ml", "$39.90"),
    ),
)

CHINESE = (
    Case(
        "价格和容量凭空而来",
        "小米14手机，16GB+1TB，黑色，只要2999元。",
        Evidence(tags={"brand": ("小米",), "model": ("14",), "color": ("黑色",)}),
        ("16GB", "1TB", "2999元"),
        ("小米14",),
    ),
    Case(
        "成色比照片好",
        "索尼WH-1000XM5耳机，99新无划痕。",
        Evidence(seen_text=("SONY WH-1O00XM5",), tags={"condition": ("Lightly worn",)}),
        ("99新", "无划痕"),
        ("索尼", "WH-1000XM5"),
    ),
    Case(
        "上一代型号",
        "出一台华为Mate 50 Pro，512G，九成新。",
        Evidence(seen_text=("HUAWEI Mate 60 Pro", "512GB"), tags={"condition": ("九成新",)}),
        ("Mate 50 Pro",),
        ("华为", "512G", "九成新"),
    ),
    Case(
        "别人的价格和成色",
        "佳能80D单反相机，全新未拆，售价3500。",
        Evidence(reference=(near("identical", "Canon 80D", "全新未拆，3500元", brand="Canon"),)),
        ("全新", "未拆", "售价3500"),
        ("佳能", "80D"),
    ),
    Case(
        "同款不同容量",
        "苹果iPhone 15 Pro，256G，白色，有轻微使用痕迹。",
        Evidence(
            tags={"condition": ("Lightly worn",)},
            reference=(near("same model", "Apple iPhone 15 Pro 256G", brand="Apple"),),
        ),
        ("256G",),
        ("苹果", "iPhone 15 Pro", "轻微使用痕迹"),
    ),
    Case(
        "没有依据的品牌",
        "这款Zentiq充电宝容量20000毫安，到手价99元。",
        Evidence(seen_text=("20000mAh", "￥99")),
        ("Zentiq",),
        ("20000毫安", "99元"),
    ),
    Case(
        "包邮没有说过",
        "丝绒口红3.5克，￥１２９．００，包邮。",
        Evidence(seen_text=("VELMORA", "净含量3.5克", "¥129")),
        ("包邮",),
        ("3.5克", "￥１２９．００"),
    ),
    Case(
        "折扣说错",
        "补水精华液30毫升，限时五折，现价168元。",
        Evidence(seen_text=("补水精华液", "30ml", "限时七折", "¥168")),
        ("五折",),
        ("30毫升", "168元"),
    ),
    Case(
        "原价当现价",
        "薰衣草洗衣液3千克装，现在只要79元。",
        Evidence(seen_text=("3 kg", "¥49.9", "原价79元")),
        ("79元",),
        ("3千克",),
    ),
    Case(
        "功能正常看不出来",
        "富士拍立得相机，功能正常，屏幕有划痕。",
        Evidence(seen_text=("FUJIFILM",), tags={"defects": ("scratches",)}),
        ("功能正常",),
        ("富士", "划痕"),
    ),
    Case(
        "相似款的品牌和型号",
        "罗技M185无线鼠标，明显使用痕迹，黑色。",
        Evidence(
            tags={"condition": ("Heavily worn",)},
            reference=(near("similar", "Logitech M185", brand="Logitech", model="M185"),),
        ),
        ("罗技", "M185"),
        ("明显使用痕迹",),
    ),
    Case(
        "电池健康度没有截图",
        "苹果手机128GB，电池健康度95%，配件齐全。",
        Evidence(tags={"brand": ("Apple",), "capacity": ("128G",)}),
        ("电池健康度95%", "配件齐全"),
        ("苹果", "128GB"),
    ),
    Case(
        "净含量不符",
        "品牌：MISTLEAF，龙井绿茶250克一罐，158元。",
        Evidence(seen_text=("MISTLEAF", "125克", "¥158")),
        ("250克",),
        ("MISTLEAF", "158元"),
    ),
    Case(
        "中文数字的价格",
        "耐克运动鞋，42码，两百五十块出，八成新。",
        Evidence(seen_text=("NIKE", "¥350"), tags={"condition": ("八成新",)}),
        ("两百五十块",),
        ("耐克", "八成新"),
    ),
    Case(
        "标价读成了别的币种",
        "戴森吹风机，全新带盒，售价2000美元。",
        Evidence(tags={"brand": ("dyson",), "condition": ("Unopened",)}, seen_text=("2000元",)),
        ("带盒", "2000美元"),
        ("戴森", "全新"),
    ),
)
