"""The words that tell the state of an item, as parts of regular expressions. Data only."""

from typing import Final

NEW, LIKE_NEW, LIGHTLY_WORN, HEAVILY_WORN, DAMAGED = 5, 4, 3, 2, 1

_END: Final = r"(?=\s?(?:[,.;!)|/，。；！、）\n]|\bcondition\b|\band\b|$))"
_NEW: Final = "新(?![款品机版鲜颖型一春年])"
"""The word behind a share, as in 九成新, and not that of 2026新款."""

GRADES: Final = {
    LIKE_NEW: (
        r"\b(?:as|like|almost|nearly|practically|near|good\sas)[\s-](?:brand[\s-])?new\b",
        r"\b(?:near[\s-])?mint(?=\scond|\sstate)",
        r"\b(?:pristine|flawless|immaculate)\b",
        r"\b(?:excellent|perfect|superb)\s(?:used\s)?(?:condition|shape)\b",
        r"\b(?:barely|hardly)\s(?:used|worn)\b",
        r"\b(?:worn|used)\sonce\b",
        r"(?:几乎|近乎|接近|跟|和|如|像)全?新(?:的?一样)?",
        r"准新",
        r"成色(?:很|极|超|非常)新",
        r"(?:几乎)?没怎?么(?:用|穿|戴)过?",
        r"只[用穿戴]过?[一两几1-3]次",
        rf"(?<!\d)9\.?[5-9]成?{_NEW}",
        rf"[9九]成?[5-9五六七八九]成?{_NEW}",
    ),
    NEW: (
        r"\bbrand[\s-]?new\b",
        r"\bnew\sin\s(?:the\s)?box\b",
        r"\bb?nib\b",
        r"\bnwt\b",
        r"\bnew\swith\stags\b",
        r"\b(?:never|not)\s(?:been\s)?(?:used|worn|opened)\b",
        r"\bun(?:used|worn|opened)\b",
        r"\b(?:factory|still|shrink)[\s-]sealed\b",
        r"\bin\s(?:its\s)?sealed\s(?:original\s)?(?:packag|box)",
        r"\b(?:100%|totally|completely|absolutely)\snew" + _END,
        r"\bnew\scondition\b",
        r"(?:^|\bis\s|\bare\s|[,;:|(]\s?|\bcondition\sis\s)new" + _END,
        r"全新(?!一代|设计|升级|体验|上市|系列|改版)",
        r"未拆(?:封|过)?",
        r"没拆(?:封|过)?",
        r"未使用",
        r"未开封",
        r"没用过",
        r"没穿过",
        r"未穿过",
        r"从未(?:使用|穿)过?",
        r"原封",
        r"塑封未",
    ),
    LIGHTLY_WORN: (
        r"\b(?:very\s)?good\s(?:used\s)?(?:condition|shape)\b",
        r"\bgreat\s(?:condition|shape)\b",
        r"\b(?:gently|lightly|slightly|little)\s(?:used|worn)\b",
        r"\b(?:minor|light|slight|small)\s(?:signs\sof\s)?(?:wear|use)\b",
        rf"(?<!\d)[9九]成{_NEW}",
        rf"(?<!\d)9[0-4]成?{_NEW}",
        rf"九[一二三四]成?{_NEW}",
        rf"(?<!\d)[8八]成?[0-9一二三四五六七八九]?{_NEW}",
        r"轻微(?:使用|磨损)?痕迹",
        r"轻微磨损",
        r"正常使用痕迹",
        r"成色(?:不错|较?好|很好|好)",
    ),
    HEAVILY_WORN: (
        r"\bfair\scondition\b",
        r"\b(?:heavily|well)[\s-](?:used|worn)\b",
        r"\b(?:visible|clear|obvious|heavy)\s(?:signs\sof\s)?(?:wear|use)\b",
        rf"(?<!\d)[5-7五六七]成?[0-9五]?{_NEW}",
        r"明显(?:使用|磨损)?痕迹",
        r"明显磨损",
        r"成色(?:一般|较差|差)",
    ),
    DAMAGED: (
        r"\b(?:damaged|broken|for\sparts|not\sworking|does(?:n't|\snot)\swork)\b",
        r"损坏",
        r"坏了",
        r"有破损",
        r"故障机",
        r"配件机",
    ),
}
"""Grades, the better ones where they are part of another first."""

DEFECTS: Final = {
    "scratches": (
        r"\bscratch(?:es|ed)?\b",
        r"\bscuffs?\b",
        r"\bscuffed\b",
        r"划痕",
        r"刮痕",
        r"刮花",
        r"划伤",
    ),
    "dents": (
        r"\bdent(?:s|ed)?\b",
        r"磕碰",
        r"磕伤",
        r"凹陷",
        r"压痕",
    ),
    "cracks": (
        r"\bcrack(?:s|ed)?\b",
        r"\bchipped\b",
        r"裂纹",
        r"裂痕",
        r"碎屏",
        r"开裂",
    ),
    "stains": (
        r"\bstain(?:s|ed)?\b",
        r"污渍",
        r"水渍",
    ),
    "discoloration": (
        r"\bfad(?:ed|ing)\b",
        r"\byellow(?:ed|ing)\b",
        r"\bdiscolou?r(?:ed|ation)\b",
        r"褪色",
        r"发黄",
        r"泛黄",
        r"氧化",
    ),
    "tears": (
        r"\btears\b",
        r"\btorn\b",
        r"\bripp?(?:s|ed)\b",
        r"破洞",
        r"撕裂",
        r"开线",
    ),
    "pilling": (
        r"\bpilling\b",
        r"起球",
    ),
    "rust": (
        r"\brust(?:y|ed)?\b",
        r"生锈",
        r"锈迹",
    ),
    "missing parts": (
        r"\bmissing\s(?:parts|pieces|accessories)\b",
        r"缺件",
        r"配件缺失",
    ),
    "wear": (
        r"\bsigns\sof\s(?:wear|use)\b",
        r"\bwear\sand\stear\b",
        r"\bflaws?\b",
        r"\bdefects?\b",
        r"\bblemish(?:es)?\b",
        r"瑕疵",
        r"使用痕迹",
        r"毛病",
    ),
}
"""Defects by name."""

OTHERS: Final = {
    "works": (
        r"\b(?:works?|working|runs?|functions?)\s(?:perfectly|flawlessly|fine|great|well|as\s(?:it\s)?should)",
        r"\b(?:fully|perfectly)\s(?:functional|working)\b",
        r"\b(?:in\s)?(?:full|perfect|good)\sworking\s(?:order|condition)",
        r"功能(?:一切|全部|都|完全)?(?:正常|完好)",
        r"一切正常",
        r"(?:充电|开机|运行|拍照|通话)(?:都|一切|完全)?正常",
        r"正常使用(?!痕迹)",
        r"无拆无修",
        r"没修过",
        r"无维修",
    ),
    "complete": (
        r"\b(?:with|includes?|comes?\swith|in)\s(?:the\s|its\s|all\s)?original\s(?:box|packaging|accessories)",
        r"\ball\saccessories\b",
        r"\boriginal\sbox\b",
        r"配件(?:齐全|都在|全)",
        r"箱说(?:齐?全)",
        r"原(?:装)?盒(?:还)?[在有都]",
        r"包装盒?齐全",
        r"带(?:原装?)?(?:盒|包装)",
    ),
}
"""That it works, and that nothing is missing."""
