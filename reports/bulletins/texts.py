"""Making text safe to set: what a person pasted must neither break a file nor act in it."""

import unicodedata


def clean_text(text: str) -> str:
    """The text without control, format (bidirectional, zero-width) and non-characters.

    Line breaks and tabs become blanks: a paragraph of the tree is one paragraph of the document.
    """
    kept = []
    for char in text:
        if char in "\t\n\r\v\f\x85\u2028\u2029":
            kept.append(" ")
        elif not _is_unwanted(char):
            kept.append(char)
    return "".join(kept)


def _is_unwanted(char: str) -> bool:
    code = ord(char)
    is_noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return is_noncharacter or unicodedata.category(char) in ("Cc", "Cf", "Cs")


def clean_tree(value):
    """A JSON value with every text in it cleaned."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [clean_tree(item) for item in value]
    if isinstance(value, dict):
        return {key: clean_tree(item) for key, item in value.items()}
    return value
