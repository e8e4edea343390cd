"""Addresses of rows that the office enters. Ask under common.turns."""


def free_key(model, base: str) -> str:
    """Return ``base``, numbered when a row of ``model`` has it already."""
    taken = set(model.objects.filter(key__startswith=base).values_list("key", flat=True))
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
