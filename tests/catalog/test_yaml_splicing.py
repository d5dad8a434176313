"""Splicing: whatever stands in a file, an edit of one entry leaves all other lines alone."""

import string

import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml.comments import CommentedMap

from listing_assets.catalog.yaml_splicing import added, edited, removed, written

words = st.text(string.ascii_lowercase, min_size=1, max_size=6)
texts = st.text(max_size=20).filter(lambda text: text.isprintable())
comments = st.sampled_from(["", "# about it\n", "\n", "\n# one\n\n# two\n"])


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A file of entries with comments and blank lines between them, and their names."""
    indent = " " * draw(st.sampled_from([2, 3, 4]))
    names = draw(st.lists(words.filter(lambda word: word != "top"), unique=True, min_size=1))
    parts = ["# file\ntop:\n"]
    for name in names:
        between = draw(comments)
        parts.append("".join(f"{indent}{line}\n" if line else "\n" for line in between.split("\n")))
        if draw(st.booleans()):
            parts.append(f"{indent}'{name}': {{x: 1}}  # beside\n")
        else:
            parts.append(f"{indent}'{name}':\n{indent}  # within\n{indent}  x: [1, 2]   # beside\n")
    parts.append(draw(comments))
    return "".join(parts), names


@given(files(), st.data())
def test_an_edit_changes_one_entry_and_no_line_of_another(
    file: tuple[str, list[str]], data: st.DataObject
) -> None:
    text, names = file
    name = data.draw(st.sampled_from(names))
    value = data.draw(texts)

    def change(entry: CommentedMap) -> None:
        entry["new"] = written(value)

    after = edited(text, "top", name, change)
    expected = yaml.safe_load(text)["top"]
    expected[name]["new"] = value
    assert yaml.safe_load(after) == {"top": expected}
    first, last = (text.split(f"'{name}'")[0], text.rsplit("# beside\n", 1)[-1])
    assert after.startswith(first)
    assert after.endswith(last)
    assert after.count("# within") == text.count("# within")
    assert after.count("# beside") == text.count("# beside")


@given(files(), st.data())
def test_removing_takes_the_lines_of_one_entry_only(
    file: tuple[str, list[str]], data: st.DataObject
) -> None:
    text, names = file
    name = data.draw(st.sampled_from(names))
    after = removed(text, "top", name)
    left = yaml.safe_load(text)["top"]
    del left[name]
    assert yaml.safe_load(after) == {"top": left or None}
    for comment in ("# file", "# about it", "# one", "# two"):
        assert after.count(comment) == text.count(comment)


@given(files(), words, st.dictionaries(words, texts | st.integers() | st.booleans()))
def test_what_is_added_is_read_as_it_was_meant(
    file: tuple[str, list[str]], name: str, entry: dict[str, object]
) -> None:
    text, names = file
    if name in names:
        return
    after = added(text, "top", name, entry)
    assert after.startswith(text.rstrip("\n"))
    assert yaml.safe_load(after)["top"] == {**yaml.safe_load(text)["top"], name: entry}
