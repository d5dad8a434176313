"""Brands and series that are known without any evidence, so that an invented one is noticed.

Data only. A reference version brings its own brands; these are those that a writer is most likely
to make up.
"""

from typing import Final


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


def _brands(listed: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(brand.strip().split("/")) for brand in listed.split(","))


BRANDS: Final = _brands(
    """
    Apple/苹果, Samsung/三星, Huawei/华为, Honor/荣耀, Xiaomi/小米, Redmi/红米, OPPO, vivo,
    OnePlus/一加, realme/真我, Meizu/魅族, Motorola/摩托罗拉, Nokia/诺基亚, Google/谷歌, ZTE/中兴,
    Lenovo/联想, ThinkPad, Dell/戴尔, HP/惠普, Asus/华硕, Acer/宏碁, Microsoft/微软, Intel/英特尔,
    AMD, Nvidia/英伟达, Logitech/罗技, Razer/雷蛇, Corsair/海盗船, Kingston/金士顿, SanDisk/闪迪,
    Seagate/希捷, Sony/索尼, Canon/佳能, Nikon/尼康, Nixon, Fujifilm/富士, Panasonic/松下,
    Olympus/奥林巴斯, Leica/徕卡, Pentax/宾得, Kodak/柯达, Polaroid/宝丽来, Agfa/爱克发,
    Rolleiflex/禄来, GoPro, DJI/大疆, Insta360, Bose/博士, JBL, Beats, Sennheiser/森海塞尔, AKG,
    Anker/安克, Baseus/倍思, UGREEN/绿联, LG, Philips/飞利浦, Siemens/西门子, Bosch/博世,
    Haier/海尔, Midea/美的, Gree/格力, Hisense/海信, TCL, Toshiba/东芝, Sharp/夏普, Dyson/戴森,
    Braun/博朗, Joyoung/九阳, Supor/苏泊尔, Tefal, KitchenAid, Nintendo/任天堂, PlayStation, Xbox,
    Lego/乐高, Casio/卡西欧, Seiko/精工, Citizen/西铁城, Rolex/劳力士, Omega/欧米茄,
    Swatch/斯沃琪, Fossil, Garmin/佳明, Nike/耐克, Adidas/阿迪达斯/阿迪, Puma/彪马, Reebok/锐步,
    New Balance/新百伦, Converse/匡威, Vans, Asics/亚瑟士, Skechers/斯凯奇, Fila/斐乐,
    Under Armour/安德玛, Li-Ning/李宁, Anta/安踏, Xtep/特步, Uniqlo/优衣库, Zara, H&M, Gap,
    Levi's/李维斯, Columbia/哥伦比亚, The North Face/北面, Patagonia, Timberland/添柏岚,
    Dr. Martens/马丁靴, Crocs, Gucci/古驰, Louis Vuitton/路易威登, Chanel/香奈儿, Dior/迪奥,
    Prada/普拉达, Hermès/Hermes/爱马仕, Burberry/博柏利, Coach/蔻驰, Michael Kors, Ray-Ban/雷朋,
    Lancôme/Lancome/兰蔻, Estée Lauder/Estee Lauder/雅诗兰黛, L'Oréal/L'Oreal/欧莱雅,
    Clinique/倩碧, Shiseido/资生堂, SK-II, Nivea/妮维雅, Maybelline/美宝莲, MAC, YSL, Olay/玉兰油,
    Perfect Diary/完美日记, Florasis/花西子, IKEA/宜家, Muji/无印良品, Thermos/膳魔师, Tiger/虎牌,
    Zojirushi/象印, Starbucks/星巴克, Nestlé/Nestle/雀巢, Coca-Cola/可口可乐, Pepsi/百事,
    Oreo/奥利奥, Lay's/乐事, Yili/伊利, Mengniu/蒙牛, Moutai/茅台, Wilson, Yonex/尤尼克斯,
    Everlast, Decathlon/迪卡侬, Giant/捷安特, Trek, Pinarello, Brompton
    """
)
"""The spellings of each brand."""

ORDINARY: Final = frozenset(
    _words(
        """
        apple honor sharp citizen omega fossil converse gap columbia coach mac tiger giant trek
        beats vans swatch thermos starter corsair wilson puma mango target guess dove tide simple
        champion everlast modern classic 苹果 荣耀 小米 红米 博士 精工 美的 真我 精 海信 北面
        马丁靴 虎牌 佳明 哥伦比亚 阿迪 一加 乐事 海盗船
        """
    )
)
"""Spellings that are words as well: Latin ones count where they have a capital inside a sentence
or stand before a model, Chinese ones before a product or a model."""

SERIES: Final = _words(
    r"""
    iphone ipad macbook airpods playstation kindle thinkpad xperia galaxy nintendo\s?switch
    apple\s?watch
    """
)
"""Series that name a model by themselves, as parts of regular expressions."""

NUMBERED_SERIES: Final = _words(
    """
    mate pura nova redmi pixel ps switch surface mavic hero magic note reno find eos alpha watch
    gtx rtx ryzen core
    """
)
"""Series that name a model with a number."""

VARIANTS: Final = (
    "pro max|promax|pro|max|plus|ultra|mini|se|lite|fe|air|rs|gt|ti|super|paperwhite|oasis|buds"
    "|fold|flip|tab|mark [iv]{1,3}|\\+|青春版|尊享版|标准版"
)
"""What makes another model of one, after its name."""

NOT_MODELS: Final = frozenset(
    _words(
        """
        mp3 mp4 h264 h265 usb2 usb3 co2 h2o a3 a4 a5 b5 wifi5 wifi6 wifi7 ddr3 ddr4 ddr5 cat5 cat6
        rj45 no1 top1 top3 top5 top10 x2 x3 x4 m2 m3 cm2 cm3 mm2 b6 b12 d3 k2 omega3 q1 q2 q3 q4 3d
        2d 4k 2k 8k 5g 4g 3g pm2 h1 t1 f1 f2
        """
    )
)
"""Words with letters and digits that name no model."""

NOT_NAMES: Final = frozenset(
    _words(
        """
        i i'm i've ok hi ps nb diy us uk eu usa china chinese japan japanese american british german
        germany italy italian french france european korea korean english spanish size over only buy
        pack set top best new free used great good nice perfect very top original brand genuine
        authentic official monday tuesday wednesday thursday friday saturday sunday january february
        march april may june july august september october november december christmas summer winter
        spring autumn usb led lcd oled hdmi vr pc cpu gpu uv slr tlr ssd hdd ram rom wifi wi-fi
        bluetooth nfc gps ac dc tv cd dvd android windows ios macos linux type class grade level
        version vitamin vitamins price condition color colour material model capacity storage from
        with since about under within approx up in on at of to the a an and or for is are it this
        that these those per each total ideal fast long up-to spf gb tb mb kg ml cm mm oz inch hz
        ghz mhz eur usd rmb cny pm am ip bnib nib nwt obo core turbo boost rrp msrp america africa
        asia australia amazon dm id xl xxl xs pu pvc abs
        """
    )
)
"""Capitalised words that are no brand."""
