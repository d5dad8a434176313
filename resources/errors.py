"""The errors that a user may see, in one small hierarchy.

Each message says what was wrong and with which object; each remedy says what to do about it.
Subclasses live here too, so that a reader finds every kind of failure in one place.
"""


class ListingError(Exception):
    """Something that the user can mend.

    `problem` names the object and what is wrong with it, `remedy` says what to do.
    """

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy


class CatalogError(ListingError):
    """A file of the catalog cannot be used: the message names file, line and field."""


class SourceError(ListingError):
    """A photo source (folder, bucket) cannot be listed or read."""


class ObjectUnavailableError(SourceError):
    """One object could not be fetched. `transient` tells whether trying again may help."""

    def __init__(self, problem: str, remedy: str = "", *, transient: bool) -> None:
        super().__init__(problem, remedy)
        self.transient = transient


class LakeError(ListingError):
    """The lake cannot be opened, or holds something that contradicts what is asked."""


class VersionBusyError(LakeError):
    """Another run is writing this dataset version."""


class ModelError(ListingError):
    """A model endpoint gave no usable answer."""


class EndpointStoppedError(ModelError):
    """The endpoint refuses every call (key, arrears, down): the run stops, what is done is kept."""
