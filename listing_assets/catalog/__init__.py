"""What a user edits: datasets, models and tag definitions, as YAML validated by pydantic.

`schema.py` has the entries, `yaml_lines.py` reads YAML and remembers lines, `loading.py` makes a
`Catalog` of the files, `recipes.py` tells all that a dataset's derived results depend on.
"""

from listing_assets.catalog.loading import Catalog, adopt_dataset, load_catalog
from listing_assets.catalog.recipes import Recipes
from listing_assets.catalog.schema import Dataset, Model, Tag, TagDefinition, Watch

__all__ = [
    "Catalog",
    "Dataset",
    "Model",
    "Recipes",
    "Tag",
    "TagDefinition",
    "Watch",
    "adopt_dataset",
    "load_catalog",
]
