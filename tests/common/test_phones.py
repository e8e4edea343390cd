"""Telephone numbers as they are typed."""

import pytest

from common.errors import UserError
from common.phones import read_phone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  ", ""),
        ("13805340000", "13805340000"),
        ("138 0534 0000", "13805340000"),
        ("138-0534-0000", "13805340000"),
        ("+86 13805340000", "13805340000"),
        ("１３８０５３４００００", "13805340000"),
        ("0534-2687000", "0534-2687000"),
        ("05342687000", "0534-2687000"),
        ("（0534）2687000", "0534-2687000"),
        ("0534—2687000转8001", "0534-2687000-8001"),
        ("010-88880000", "010-88880000"),
        ("02188880000", "021-88880000"),
        ("400-800-1234", "400-800-1234"),
        ("12345", "12345"),
    ],
)
def test_numbers_are_understood_as_people_type_them(typed, kept):
    assert read_phone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["1380534000", "138053400001", "12805340000", "2687000", "0534-26870", "李工", "0000-0000000", "138053a0000"],
)
def test_what_is_no_number_is_refused_in_one_sentence(typed):
    with pytest.raises(UserError) as refusal:
        read_phone(typed, field="phone")
    assert refusal.value.field == "phone" and "0534-2687000" in refusal.value.message
