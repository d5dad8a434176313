"""Primary keys of Lance tables.

A key is a field's metadata, so a table has it from the commit that makes it; setting it afterwards
(`set_unenforced_primary_key`) would leave a moment in which another process finds a table without
one. Source: "Unenforced primary key" in Lance's table format.
"""

import pyarrow as pa

POSITION = "lance-schema:unenforced-primary-key:position"


def with_primary_key(schema: pa.Schema, name: str) -> pa.Schema:
    """The schema with `name` as its primary key: `merge_insert` on it conflicts when it must."""
    number = schema.get_field_index(name)
    return schema.set(number, schema.field(number).with_metadata({POSITION: "1"}))
