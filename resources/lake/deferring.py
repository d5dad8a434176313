"""Lets a package's `__init__` wait until something of it is used; its submodules import as ever.

LanceDB takes a few model classes from `lance_namespace_urllib3_client`, whose own `__init__` builds
nine clients of a remote service besides: a fifth of what a command takes to start, for nothing.
"""

import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """A package that has not run yet. It does where a name is asked for that no submodule set."""

    def __getattr__(self, name: str) -> Any:
        spec = self.__spec__
        if name.startswith("__") or spec is None or spec.loader is None:
            raise AttributeError(name)
        self.__class__ = ModuleType  # type: ignore[assignment]
        spec.loader.exec_module(self)
        return getattr(self, name)


def defer_package(name: str) -> None:
    """Let the `__init__` of a package wait; does nothing where it is imported, or not there."""
    spec = None if name in sys.modules else find_spec(name)
    if spec is not None:
        package = module_from_spec(spec)
        package.__class__ = _Deferred
        sys.modules[name] = package
