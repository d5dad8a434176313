"""What a user edits: datasets, models and tag definitions, as YAML validated by pydantic.

`schema.py` has datasets and tag definitions, `models.py` models and their versions (their texts in
`model_fields.py`, the two forms of an entry in `model_entries.py`). `yaml_lines.py` reads YAML and
remembers lines, `reading.py` makes entries of it and tells mistakes in the words of `wording.py`,
`loading.py` makes a `Catalog` of the files; `environment_models.py` has the models that need no
entry. `registry.py` edits `models.yaml`, `recipes.py` tells all that a dataset's derived results
depend on.
"""

from listing_assets.catalog.loading import Catalog, adopt_dataset, load_catalog
from listing_assets.catalog.models import Model, RegisteredModel
from listing_assets.catalog.recipes import Recipes
from listing_assets.catalog.schema import Dataset, GroupBy, Listings, Tag, TagDefinition, Watch

__all__ = [
    "Catalog",
    "Dataset",
    "GroupBy",
    "Listings",
    "Model",
    "Recipes",
    "RegisteredModel",
    "Tag",
    "TagDefinition",
    "Watch",
    "adopt_dataset",
    "load_catalog",
]
