"""How much air the rows of an annex's table get: a little less where that saves a page with two rows on it."""

from math import ceil

# Points: the type area's pitch and heights (upright 225 mm, turned 156 mm), the annex's text.
PITCH, UPRIGHT, TURNED = 28.99, 637.8, 442.2
SIZE, CAPTION = 10.5, 17
PADDINGS = (0.4, 0.34, 0.28)  # above and below a row's text, in text sizes; the first is the usual one
LEAST_ON_A_PAGE = 6  # rows


def row_padding(lines: list[int], title_lines: int, landscape: bool) -> float:
    """The padding of a table of rows of so many ``lines`` each: the usual one, unless a tighter one spares a stub."""
    return next((p for p in PADDINGS if not _leaves_stub(lines, title_lines, landscape, p)), PADDINGS[0])


def _leaves_stub(lines: list[int], title_lines: int, landscape: bool, padding: float) -> bool:
    """Whether the last of several pages would hold but a few rows."""
    page = (TURNED if landscape else UPRIGHT) - _height(1, padding)  # each page repeats the header
    room = page - (3 + ceil((34 * title_lines + 1) / PITCH)) * PITCH - CAPTION
    on_page, pages = 0, 1
    for count in lines:
        height = _height(count, padding)
        if height > room:
            room, on_page, pages = page, 0, pages + 1
        room -= height
        on_page += 1
    return pages > 1 and on_page < LEAST_ON_A_PAGE


def _height(lines: int, padding: float) -> float:
    return SIZE * (1.36 * lines - 0.36 + 2 * padding)
