"""Makes Dagster's daemon look every few seconds; it has no setting for that.

Python imports this at its start where the folder is on PYTHONPATH.
"""

import sys

if "dagster._daemon" in sys.orig_argv:
    from dagster._core.remote_representation.external import RemoteSensor
    from dagster._daemon import controller, sensor

    controller.DEFAULT_DAEMON_INTERVAL_SECONDS = 2
    sensor.MIN_INTERVAL_LOOP_TIME = 2
    RemoteSensor.min_interval_seconds = 5
