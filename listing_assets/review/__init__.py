"""Labels reviewed in Label Studio: tasks go out as its JSON, annotations come back as corrections.

`controls.py` says how each type of tag looks there, `labeling.py` makes the labeling interface,
`images.py` the addresses of photos, `tasks.py` the tasks, `writing.py` files that are whole.
`annotations.py` reads what Label Studio exports, `standing_values.py` tells what stands,
`comparing.py` where they differ, `importing.py` notes it.
Formats: "Label Studio JSON format of annotated tasks" and "Import pre-annotated data" in its guide.
"""

from listing_assets.review.comparing import Imported
from listing_assets.review.errors import ReviewError
from listing_assets.review.importing import import_annotations
from listing_assets.review.tasks import ReviewRequest, Tasks, write_tasks

__all__ = [
    "Imported",
    "ReviewError",
    "ReviewRequest",
    "Tasks",
    "import_annotations",
    "write_tasks",
]
