"""A Ray cluster of two nodes on this machine, and an S3 server that its workers know.

Workers have the environment of their node, so all that they need is set before the nodes start.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

if TYPE_CHECKING:
    from ray.cluster_utils import Cluster as Nodes


@pytest.fixture(scope="session")
def s3_for_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client of an S3 server over HTTP, which the environment points at."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    none = str(tmp_path_factory.mktemp("aws") / "none")
    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": none,
        "AWS_SHARED_CREDENTIALS_FILE": none,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    yield boto3.client("s3", region_name="us-east-1")
    server.stop()


@pytest.fixture(scope="session")
def nodes(s3_for_nodes: Any) -> Iterator["Nodes"]:
    """The head and another node, one processor each. Tests may add nodes and end them."""
    import ray
    from ray.cluster_utils import Cluster as Nodes

    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DISABLE_DOCKER_CPU_WARNING": "1"}
    cluster = Nodes(
        initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
    )
    cluster.add_node(num_cpus=1)
    yield cluster
    ray.shutdown()
    cluster.shutdown()
