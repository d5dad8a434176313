"""What all entries of the catalog have in common."""

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """Base of all entries: immutable, an unknown field is an error, and no error repeats a value.

    Values are kept out of pydantic's own messages because one may be a key that was written where
    its variable's name belongs; `reading.py` quotes those that cannot be secret.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
