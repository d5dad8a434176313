"""The wordings by language."""

from collections.abc import Mapping
from typing import Final

from listing_assets.listings.definitions.schema import Language
from listing_assets.listings.instructions.chinese import CHINESE
from listing_assets.listings.instructions.english import ENGLISH
from listing_assets.listings.instructions.wording import Wording

WORDINGS: Final[Mapping[Language, Wording]] = {"en": ENGLISH, "zh": CHINESE}
