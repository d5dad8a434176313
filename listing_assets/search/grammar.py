"""The grammar of query expressions, in lark's notation. `docs/SEARCH.md` shows it to users.

AND, OR, NOT and HAS are words of the language in any case. A name or value with blanks, brackets
or other signs stands in quotes.
"""

GRAMMAR = r"""
start: any_of
?any_of: all_of (_OR all_of)*
?all_of: part (_AND part)*
?part: _NOT part             -> negated
     | _HAS name             -> has
     | name OPERATOR value   -> condition
     | "(" any_of ")"
name: NAME | STRING
value: WORD | PREFIX | STRING

_OR: /OR(?![\w.-])/i
_AND: /AND(?![\w.-])/i
_NOT.2: /NOT(?![\w.-])/i
_HAS.2: /HAS(?![\w.-])/i
OPERATOR: ":" | "=" | ">=" | "<=" | ">" | "<"
NAME: /\w[\w.-]*/
WORD: /[^\s()"'<>=:*][^\s()"'<>=*]*/
PREFIX.2: /[^\s()"'<>=:*][^\s()"'<>=*]*\*/
STRING: /"(\\.|[^"\\])*"/s | /'(\\.|[^'\\])*'/s
%ignore /\s+/
"""
