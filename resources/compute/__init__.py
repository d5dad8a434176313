"""Where heavy work runs: in this process and its children, or on a Ray cluster.

`cluster.py` is all that knows Ray: a connection, tasks over a stream of items, actors. What runs
there is told by those who call (`listing_assets.imaging.on_cluster`, `resources.endpoints.remote`).
"""

from resources.compute.cluster import Cluster, ComputeKind

__all__ = ["Cluster", "ComputeKind"]
