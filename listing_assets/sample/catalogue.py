"""The products of the sample: invented brands, their words, prices and colours.

Data only. How a product is drawn is in `shapes/`, which pictures there are of it in `shots.py`.
"""

from dataclasses import dataclass
from typing import Literal

Category = Literal["Beauty", "Apparel", "Daily Use", "Food", "Electronics", "Other"]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a product and of what is drawn around it, `#rrggbb`."""

    main: str
    """Of the product itself."""
    accent: str
    """Of its cap, trim or print."""
    paper: str
    """A pale ground it stands out from."""
    ink: str
    """A dark ground, and the colour of headlines."""
    pop: str
    """Of price badges."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A line of a specification, in both languages."""

    label_en: str
    label_zh: str
    value_en: str
    value_zh: str


@dataclass(frozen=True, slots=True)
class SearchWords:
    """What a shopper may type to find a product: words that its pictures show."""

    en: tuple[str, ...]
    zh: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """One product. Prices are in yuan; `was` is the price before the promotion."""

    sku: str
    brand: str
    name_en: str
    name_zh: str
    category: Category
    shape: str
    price: float
    was: float
    colours: tuple[str, ...]
    slogan_en: str
    slogan_zh: str
    promotion_en: str
    promotion_zh: str
    attributes: tuple[Attribute, ...]
    palette: Palette
    search_words: SearchWords


def _attributes(*lines: str) -> tuple[Attribute, ...]:
    """Attributes from lines of `label | 标签 | value | 值`."""
    return tuple(Attribute(*(part.strip() for part in line.split("|"))) for line in lines)


PRODUCTS: tuple[Product, ...] = (
    Product(
        sku="velmora-lipstick",
        brand="VELMORA",
        name_en="Velvet Lipstick",
        name_zh="丝绒口红",
        category="Beauty",
        shape="lipstick",
        price=129,
        was=199,
        colours=("red", "gold"),
        slogan_en="One stroke, all day",
        slogan_zh="一抹显白",
        promotion_en="Buy 1 Get 1 Free",
        promotion_zh="买一送一",
        attributes=_attributes(
            "Shade | 色号 | Ruby Red | 正红色",
            "Finish | 质地 | Matte | 哑光",
            "Net weight | 净含量 | 3.5 g | 3.5克",
        ),
        palette=Palette("#c3132f", "#d9a55b", "#fbe7e4", "#5c0d1c", "#e0263f"),
        search_words=SearchWords(("velvet lipstick", "velmora"), ("丝绒口红", "口红")),
    ),
    Product(
        sku="oriluna-serum",
        brand="ORILUNA",
        name_en="Hydrating Serum",
        name_zh="补水精华液",
        category="Beauty",
        shape="dropper",
        price=168,
        was=239,
        colours=("amber", "black"),
        slogan_en="Deep moisture, light touch",
        slogan_zh="深层补水",
        promotion_en="30% Off",
        promotion_zh="限时七折",
        attributes=_attributes(
            "Volume | 容量 | 30 ml | 30毫升",
            "Skin type | 适用肤质 | All skin | 所有肤质",
            "Key care | 核心成分 | Hyaluronic | 玻尿酸",
        ),
        palette=Palette("#b5651d", "#2b2320", "#f7eadb", "#4a2c14", "#d9772b"),
        search_words=SearchWords(("hydrating serum", "oriluna"), ("补水精华液", "精华")),
    ),
    Product(
        sku="mirobel-hand-cream",
        brand="MIROBEL",
        name_en="Rose Hand Cream",
        name_zh="玫瑰护手霜",
        category="Beauty",
        shape="tube",
        price=39.9,
        was=59,
        colours=("pink", "white"),
        slogan_en="Soft hands in winter",
        slogan_zh="柔滑不油腻",
        promotion_en="2 for ¥69",
        promotion_zh="两支69元",
        attributes=_attributes(
            "Net weight | 净含量 | 75 g | 75克",
            "Scent | 香味 | Rose | 玫瑰",
            "Shelf life | 保质期 | 3 years | 3年",
        ),
        palette=Palette("#f09ab0", "#ffffff", "#fdeef1", "#8c2f4d", "#e5517c"),
        search_words=SearchWords(("rose hand cream", "mirobel"), ("玫瑰护手霜", "护手霜")),
    ),
    Product(
        sku="norvale-tshirt",
        brand="NORVALE",
        name_en="Cotton T-Shirt",
        name_zh="纯棉短袖T恤",
        category="Apparel",
        shape="tshirt",
        price=79,
        was=129,
        colours=("blue", "white"),
        slogan_en="Light as summer",
        slogan_zh="透气亲肤",
        promotion_en="Any 2 Save ¥30",
        promotion_zh="两件减30",
        attributes=_attributes(
            "Fabric | 面料 | Pure cotton | 纯棉",
            "Fit | 版型 | Regular | 常规",
            "Sizes | 尺码 | S to XXL | S-XXL",
        ),
        palette=Palette("#3f7fd1", "#fdfbf2", "#e6f0fb", "#163a6b", "#ff7a3d"),
        search_words=SearchWords(("cotton t-shirt", "norvale"), ("纯棉短袖", "T恤")),
    ),
    Product(
        sku="ailune-dress",
        brand="AILUNE",
        name_en="Floral Summer Dress",
        name_zh="碎花连衣裙",
        category="Apparel",
        shape="dress",
        price=219,
        was=329,
        colours=("coral", "white"),
        slogan_en="Walk into spring",
        slogan_zh="春日漫步",
        promotion_en="New Arrival",
        promotion_zh="新品上市",
        attributes=_attributes(
            "Fabric | 面料 | Chiffon | 雪纺",
            "Length | 裙长 | 112 cm | 112厘米",
            "Sizes | 尺码 | S to XL | S-XL",
        ),
        palette=Palette("#f0715f", "#fff6ea", "#fdeee6", "#7d2a2c", "#ef4f5f"),
        search_words=SearchWords(("floral summer dress", "ailune"), ("碎花连衣裙", "连衣裙")),
    ),
    Product(
        sku="strivo-sneaker",
        brand="STRIVO",
        name_en="Running Shoes",
        name_zh="轻便跑步鞋",
        category="Apparel",
        shape="sneaker",
        price=299,
        was=459,
        colours=("green", "white"),
        slogan_en="Run lighter, go further",
        slogan_zh="轻盈每一步",
        promotion_en="Up to ¥160 Off",
        promotion_zh="直降160元",
        attributes=_attributes(
            "Upper | 鞋面 | Knit mesh | 飞织网面",
            "Weight | 重量 | 215 g | 215克",
            "Sizes | 尺码 | 36 to 45 | 36-45码",
        ),
        palette=Palette("#19a974", "#ffb400", "#e5f7ee", "#0d4a37", "#ff5a36"),
        search_words=SearchWords(("running shoes", "strivo"), ("轻便跑步鞋", "跑步鞋")),
    ),
    Product(
        sku="claymere-mug",
        brand="CLAYMERE",
        name_en="Ceramic Mug",
        name_zh="陶瓷马克杯",
        category="Daily Use",
        shape="mug",
        price=45,
        was=69,
        colours=("teal", "cream"),
        slogan_en="Slow mornings start here",
        slogan_zh="一杯好时光",
        promotion_en="Gift Box Included",
        promotion_zh="送礼盒包装",
        attributes=_attributes(
            "Volume | 容量 | 380 ml | 380毫升",
            "Material | 材质 | Stoneware | 炻瓷",
            "Microwave | 微波炉 | Safe | 可用",
        ),
        palette=Palette("#2a8c8c", "#f4e9d6", "#f3efe4", "#143f44", "#e07a3f"),
        search_words=SearchWords(("ceramic mug", "claymere"), ("陶瓷马克杯", "马克杯")),
    ),
    Product(
        sku="brightok-laundry",
        brand="BRIGHTOK",
        name_en="Lavender Laundry Liquid",
        name_zh="薰衣草洗衣液",
        category="Daily Use",
        shape="detergent",
        price=49.9,
        was=79,
        colours=("purple", "white"),
        slogan_en="Clean you can smell",
        slogan_zh="洁净留香",
        promotion_en="Buy 2 Get 1 Free",
        promotion_zh="买二送一",
        attributes=_attributes(
            "Net weight | 净含量 | 3 kg | 3千克",
            "Scent | 香味 | Lavender | 薰衣草",
            "For | 适用 | All fabrics | 各类衣物",
        ),
        palette=Palette("#7a4fc0", "#ffffff", "#efe8fb", "#35196b", "#ffb21f"),
        search_words=SearchWords(
            ("lavender laundry liquid", "brightok"), ("薰衣草洗衣液", "洗衣液")
        ),
    ),
    Product(
        sku="crunchelo-chips",
        brand="CRUNCHELO",
        name_en="Potato Chips",
        name_zh="原味薯片",
        category="Food",
        shape="snack",
        price=9.9,
        was=14.9,
        colours=("yellow", "red"),
        slogan_en="Crisp in every bite",
        slogan_zh="咔嚓一口脆",
        promotion_en="3 Bags ¥25",
        promotion_zh="三包25元",
        attributes=_attributes(
            "Net weight | 净含量 | 104 g | 104克",
            "Flavour | 口味 | Sea salt | 海盐原味",
            "Shelf life | 保质期 | 9 months | 9个月",
        ),
        palette=Palette("#ffc61a", "#d3222a", "#fff5d6", "#8a2b0d", "#e0262e"),
        search_words=SearchWords(("potato chips", "crunchelo"), ("原味薯片", "薯片")),
    ),
    Product(
        sku="mistleaf-green-tea",
        brand="MISTLEAF",
        name_en="Longjing Green Tea",
        name_zh="龙井绿茶",
        category="Food",
        shape="tin",
        price=158,
        was=218,
        colours=("green", "gold"),
        slogan_en="Picked before the rain",
        slogan_zh="明前嫩芽",
        promotion_en="Members Save 20%",
        promotion_zh="会员八折",
        attributes=_attributes(
            "Net weight | 净含量 | 125 g | 125克",
            "Origin | 产地 | Hangzhou | 杭州",
            "Grade | 等级 | Special | 特级",
        ),
        palette=Palette("#2f6b45", "#d8b56a", "#eef3e4", "#173a28", "#c2452d"),
        search_words=SearchWords(("longjing green tea", "mistleaf"), ("龙井绿茶", "绿茶")),
    ),
    Product(
        sku="fizzora-sparkling",
        brand="FIZZORA",
        name_en="Peach Sparkling Water",
        name_zh="白桃气泡水",
        category="Food",
        shape="can",
        price=5.5,
        was=7,
        colours=("peach", "pink"),
        slogan_en="Zero sugar, all fizz",
        slogan_zh="零糖零卡",
        promotion_en="12 Cans ¥59",
        promotion_zh="整箱59元",
        attributes=_attributes(
            "Volume | 容量 | 330 ml | 330毫升",
            "Sugar | 糖分 | 0 g | 0克",
            "Flavour | 口味 | White peach | 白桃",
        ),
        palette=Palette("#ff9d86", "#fff3ea", "#fff0e8", "#8f2f3a", "#f0506e"),
        search_words=SearchWords(("peach sparkling water", "fizzora"), ("白桃气泡水", "气泡水")),
    ),
    Product(
        sku="zentiq-phone",
        brand="ZENTIQ",
        name_en="Zentiq X5 Smartphone",
        name_zh="智能手机",
        category="Electronics",
        shape="phone",
        price=2999,
        was=3499,
        colours=("blue", "black"),
        slogan_en="Every night, in full light",
        slogan_zh="夜色也清晰",
        promotion_en="Save ¥500",
        promotion_zh="立减500元",
        attributes=_attributes(
            "Screen | 屏幕 | 6.6 inch OLED | 6.6英寸",
            "Storage | 存储 | 256 GB | 256GB",
            "Battery | 电池 | 5200 mAh | 5200毫安",
        ),
        palette=Palette("#26438f", "#7fc4ff", "#e6ecf8", "#0d1636", "#3d6bff"),
        search_words=SearchWords(("smartphone", "zentiq"), ("智能手机", "手机")),
    ),
    Product(
        sku="auralith-headphones",
        brand="AURALITH",
        name_en="Wireless Headphones",
        name_zh="无线降噪耳机",
        category="Electronics",
        shape="headphones",
        price=599,
        was=899,
        colours=("black", "orange"),
        slogan_en="Silence, then music",
        slogan_zh="沉浸好声音",
        promotion_en="Flash Sale",
        promotion_zh="限时秒杀",
        attributes=_attributes(
            "Battery | 续航 | 40 hours | 40小时",
            "Bluetooth | 蓝牙 | 5.4 | 5.4",
            "Weight | 重量 | 248 g | 248克",
        ),
        palette=Palette("#33343c", "#ff7a1a", "#ededf0", "#17181d", "#ff6a13"),
        search_words=SearchWords(("wireless headphones", "auralith"), ("无线降噪耳机", "耳机")),
    ),
    Product(
        sku="lumentra-laptop",
        brand="LUMENTRA",
        name_en="Lumentra Air Laptop",
        name_zh="轻薄笔记本电脑",
        category="Electronics",
        shape="laptop",
        price=4599,
        was=5299,
        colours=("silver", "purple"),
        slogan_en="Thin. Bright. Ready.",
        slogan_zh="轻至1.1千克",
        promotion_en="Student Price",
        promotion_zh="学生优惠",
        attributes=_attributes(
            "Screen | 屏幕 | 14 inch 2.8K | 14英寸",
            "Memory | 内存 | 16 GB | 16GB",
            "Weight | 重量 | 1.1 kg | 1.1千克",
        ),
        palette=Palette("#c3c8d1", "#6a5cff", "#eef0f5", "#20233b", "#6a5cff"),
        search_words=SearchWords(("laptop", "lumentra"), ("笔记本电脑", "电脑")),
    ),
    Product(
        sku="bumblekin-bear",
        brand="BUMBLEKIN",
        name_en="Plush Teddy Bear",
        name_zh="毛绒小熊",
        category="Other",
        shape="bear",
        price=88,
        was=118,
        colours=("brown", "red"),
        slogan_en="A hug that stays",
        slogan_zh="抱抱好朋友",
        promotion_en="Children's Day Gift",
        promotion_zh="儿童节礼物",
        attributes=_attributes(
            "Height | 高度 | 45 cm | 45厘米",
            "Filling | 填充 | PP cotton | PP棉",
            "Age | 年龄 | 3 and up | 3岁以上",
        ),
        palette=Palette("#b07a46", "#d9403c", "#faf0e2", "#5a3519", "#e2574c"),
        search_words=SearchWords(("plush teddy bear", "bumblekin"), ("毛绒小熊", "小熊")),
    ),
    Product(
        sku="papyrelle-notebook",
        brand="PAPYRELLE",
        name_en="Hardcover Notebook",
        name_zh="精装手账本",
        category="Other",
        shape="notebook",
        price=36,
        was=52,
        colours=("navy", "gold"),
        slogan_en="Write it, keep it",
        slogan_zh="写下每一天",
        promotion_en="Free Pen Inside",
        promotion_zh="赠签字笔",
        attributes=_attributes(
            "Size | 尺寸 | A5 | A5",
            "Pages | 页数 | 192 | 192页",
            "Paper | 纸张 | 100 gsm | 100克",
        ),
        palette=Palette("#27406f", "#e3b65b", "#f5f0e4", "#1a2947", "#c94f3d"),
        search_words=SearchWords(("hardcover notebook", "papyrelle"), ("精装手账本", "手账本")),
    ),
    Product(
        sku="softwend-towel",
        brand="SOFTWEND",
        name_en="Bath Towel Set",
        name_zh="加厚浴巾",
        category="Daily Use",
        shape="towel",
        price=69,
        was=99,
        colours=("beige", "sage green", "white"),
        slogan_en="Thick, soft, quick to dry",
        slogan_zh="柔软吸水",
        promotion_en="Set of 3",
        promotion_zh="三条装特惠",
        attributes=_attributes(
            "Size | 尺寸 | 70 x 140 cm | 大号",
            "Fabric | 面料 | Cotton | 纯棉",
            "Weight | 克重 | 600 gsm | 600克",
        ),
        palette=Palette("#dfc9a6", "#8fae95", "#f6f1e7", "#4b3f2e", "#b5653c"),
        search_words=SearchWords(("bath towel", "softwend"), ("加厚浴巾", "浴巾")),
    ),
    Product(
        sku="goldmere-honey",
        brand="GOLDMERE",
        name_en="Wildflower Honey",
        name_zh="百花蜂蜜",
        category="Food",
        shape="jar",
        price=58,
        was=78,
        colours=("amber", "yellow"),
        slogan_en="Nothing but flowers",
        slogan_zh="自然成熟蜜",
        promotion_en="Buy 1 Get 1 Half Price",
        promotion_zh="第二件半价",
        attributes=_attributes(
            "Net weight | 净含量 | 500 g | 500克",
            "Origin | 产地 | Qinling | 秦岭",
            "Additives | 添加 | None | 无添加",
        ),
        palette=Palette("#f0a013", "#6b3d12", "#fff4da", "#5f3408", "#e2571e"),
        search_words=SearchWords(("wildflower honey", "goldmere"), ("百花蜂蜜", "蜂蜜")),
    ),
    Product(
        sku="glowen-lamp",
        brand="GLOWEN",
        name_en="LED Desk Lamp",
        name_zh="护眼台灯",
        category="Electronics",
        shape="lamp",
        price=139,
        was=189,
        colours=("mint", "yellow"),
        slogan_en="Kind light for long nights",
        slogan_zh="柔光不刺眼",
        promotion_en="Back to School",
        promotion_zh="开学季特惠",
        attributes=_attributes(
            "Power | 功率 | 9 W | 9瓦",
            "Colour temp | 色温 | 3000-5000 K | 三档",
            "Switch | 开关 | Touch | 触控",
        ),
        palette=Palette("#6cc3ad", "#ffd257", "#e8f5f0", "#1c4a44", "#f28a2e"),
        search_words=SearchWords(("led desk lamp", "glowen"), ("护眼台灯", "台灯")),
    ),
    Product(
        sku="verdelune-monstera",
        brand="VERDELUNE",
        name_en="Potted Monstera",
        name_zh="龟背竹盆栽",
        category="Other",
        shape="plant",
        price=76,
        was=99,
        colours=("green", "terracotta"),
        slogan_en="A greener room today",
        slogan_zh="把绿意带回家",
        promotion_en="Free Pot",
        promotion_zh="送陶盆",
        attributes=_attributes(
            "Height | 高度 | 55 cm | 55厘米",
            "Light | 光照 | Half shade | 半阴",
            "Water | 浇水 | Weekly | 每周一次",
        ),
        palette=Palette("#2f8f4e", "#c96f4a", "#eef5ea", "#1d4028", "#e0693a"),
        search_words=SearchWords(("potted monstera", "verdelune"), ("龟背竹盆栽", "盆栽")),
    ),
)
