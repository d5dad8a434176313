"""A look at one endpoint before it is used: what it takes, how fast it is, what a call costs.

`findings.py` has what is found, `sample.py` the photo that is shown; `chat.py`, `embedding.py`,
`text.py` and `trees.py` are the looks. A look makes a few requests, each once, and then one call as
a run makes it.
"""

from resources.endpoints.config import EndpointConfig
from resources.endpoints.probing.findings import Checked, Finding

__all__ = ["Checked", "Finding", "look_at"]


async def look_at(config: EndpointConfig, photo_url: str | None = None) -> Checked:
    """What the model's endpoint can do.

    `photo_url` opens a photo for the endpoint; without it, photos by URL are not tried.

    Raises:
        EndpointStoppedError: it refuses every call.
        ModelError: it cannot be reached, or the model cannot be opened.
    """
    match config.type:
        case "MLLM":
            from resources.endpoints.probing.chat import look_at_chat

            return await look_at_chat(config, photo_url)
        case "LLM":
            from resources.endpoints.probing.text import look_at_text

            return await look_at_text(config)
        case "EMBEDDING":
            from resources.endpoints.probing.embedding import look_at_embeddings

            return await look_at_embeddings(config, photo_url)
        case "BOOSTED_TREE_CLASSIFIER" | "BOOSTED_TREE_REGRESSOR":
            from resources.endpoints.probing.trees import look_at_trees

            return await look_at_trees(config)
