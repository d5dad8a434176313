"""Whether a process of this machine is still there."""

import os


def is_alive(pid: int) -> bool:
    """Whether a process of that id exists, ours or not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
