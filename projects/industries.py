"""Industries of projects: the divisions (大类) of GB/T 4754-2017, and the chains that the city keeps itself."""

from common.loading import shipped

_SHIPPED = shipped("industries.json")
# The sections (门类) with their divisions: (section, ((two digits, name), …)).
SECTIONS = tuple(
    (f"{row['code']} {row['name']}", tuple((code, name) for code, name in row["divisions"]))
    for row in _SHIPPED["sections"]
)
DIVISIONS = {code: name for _, divisions in SECTIONS for code, name in divisions}
# Chains that the forms offer; a project may name another one.
CHAINS = tuple(_SHIPPED["chains"])


def division_name(code: str) -> str:
    """Return the division with its code as forms and charts write it; what is not one stands as it is."""
    return f"{code} {DIVISIONS[code]}" if code in DIVISIONS else code
