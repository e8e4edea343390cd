"""The content tree of a bulletin: what it says, before any engine sets it.

Plain dataclasses with a JSON round trip, so that a draft can be stored, edited, compared and
frozen as one JSON value. Both engines (pdf, docx) read this tree and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date

from reports.bulletins.titles import break_title

ALIGNS = ("left", "center", "right")
HEADING_LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True)
class FigureRef:
    """A number inside a text; `key` names the figure whose passport stands behind it.

    Where a person wrote another number over it, `original` is what the figure says and `reason` why.
    """

    text: str
    key: str
    original: str = ""
    reason: str = ""


@dataclass
class Heading:
    """A heading with its number written out ("一、总体进展", "(一)…", "1.…", "(1)…")."""

    level: int
    text: str

    def __post_init__(self):
        if self.level not in HEADING_LEVELS:
            raise ValueError(f"heading level must be 1 to 4, not {self.level!r}")


@dataclass
class Paragraph:
    """Running text. `lead` is a third-level heading that opens the paragraph ("1.重点项目。")."""

    runs: list[str | FigureRef] = field(default_factory=list)
    lead: str = ""

    def __post_init__(self):
        """Join neighbouring texts and drop empty ones, so that the same words are the same runs."""
        joined: list[str | FigureRef] = []
        for run in self.runs:
            if isinstance(run, str) and joined and isinstance(joined[-1], str):
                joined[-1] += run
            elif run != "":
                joined.append(run)
        self.runs = joined

    @property
    def text(self) -> str:
        return self.lead + "".join(run_text(run) for run in self.runs)


@dataclass
class Column:
    """A table column; `weight` is its share of the table's width."""

    header: str
    align: str = "left"
    weight: float = 1

    def __post_init__(self):
        if self.align not in ALIGNS:
            raise ValueError(f"column alignment must be one of {ALIGNS}, not {self.align!r}")
        if not self.weight > 0:
            raise ValueError(f"column weight must be positive, not {self.weight!r}")


@dataclass
class Table:
    """A table; every row has one cell per column, a cell is a text or a FigureRef.

    ``own`` tables were typed by people in the editor and may be typed over there; the others come from the data.
    """

    caption: str
    columns: list[Column]
    rows: list[list[str | FigureRef]] = field(default_factory=list)
    notes: str = ""
    own: bool = False

    def __post_init__(self):
        if not self.columns:
            raise ValueError("a table needs at least one column")
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row has {len(row)} cells, the table has {len(self.columns)} columns")


@dataclass
class Chart:
    """The place of a picture; its bytes are handed to the engine under `key`."""

    key: str
    caption: str
    alt: str = ""


@dataclass
class Photo:
    """A photo with its caption; `key` names its bytes by their digest and leads to them as charts' keys do."""

    key: str
    caption: str
    alt: str = ""


Block = Heading | Paragraph | Table | Chart | Photo
BLOCK_TYPES = {"heading": Heading, "paragraph": Paragraph, "table": Table, "chart": Chart, "photo": Photo}


@dataclass
class Annex:
    """An annex on pages of its own; its label (附件1) follows from its place."""

    title: str
    blocks: list[Block] = field(default_factory=list)
    landscape: bool = False


@dataclass
class Document:
    """A whole bulletin. Empty texts and None leave their part of the page out.

    `title` is one text (broken into lines by `break_title`) or the lines themselves.
    `attachments` names what 附件说明 lists; when empty it lists the annexes' titles.
    `metadata` holds author, subject and keywords of the file.
    """

    title: str | list[str]
    banner: str = "情况通报"
    doc_no: str = ""
    issue: int | None = None
    addressees: str = ""
    blocks: list[Block] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    signature: str = ""
    signed_on: date | None = None
    copies: str = ""
    issuer: str = ""
    issued_on: date | None = None
    annexes: list[Annex] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    demo_mark: str = ""

    @property
    def title_text(self) -> str:
        return self.title if isinstance(self.title, str) else "".join(self.title)

    @property
    def title_lines(self) -> list[str]:
        return break_title(self.title) if isinstance(self.title, str) else [t for t in self.title if t]

    @property
    def number_line(self) -> str:
        """The line between banner and red rule: number, else issue, else that there is none yet."""
        if self.doc_no:
            return self.doc_no
        return f"第{self.issue}期" if self.issue else "（草稿，未编号）"

    @property
    def attachment_titles(self) -> list[str]:
        return self.attachments or [annex.title for annex in self.annexes]

    def to_json(self) -> dict:
        """The document as a value that `json.dumps` takes."""
        return _to_json(self)

    @classmethod
    def from_json(cls, value: dict) -> Document:
        """The document back from `to_json`. Raises ValueError or TypeError for anything else."""
        value = dict(value)
        value["blocks"] = [_block_from_json(block) for block in value.get("blocks", [])]
        value["annexes"] = [
            Annex(**{**annex, "blocks": [_block_from_json(block) for block in annex.get("blocks", [])]})
            for annex in value.get("annexes", [])
        ]
        for name in ("signed_on", "issued_on"):
            value[name] = date.fromisoformat(value[name]) if value.get(name) else None
        return cls(**value)


def run_text(run: str | FigureRef) -> str:
    """The visible text of a run or of a table cell."""
    return run.text if isinstance(run, FigureRef) else run


def all_blocks(document: Document) -> list[Block]:
    """Every block in reading order, the annexes' included."""
    return document.blocks + [block for annex in document.annexes for block in annex.blocks]


def figure_refs(document: Document) -> list[FigureRef]:
    """The figures that the text and the tables cite, in reading order."""
    cited = []
    for block in all_blocks(document):
        if isinstance(block, Paragraph):
            runs = block.runs
        elif isinstance(block, Table):
            runs = [cell for row in block.rows for cell in row]
        else:
            continue
        cited += [run for run in runs if isinstance(run, FigureRef)]
    return cited


def figure_keys(document: Document) -> list[str]:
    """The keys of the figures that the text and the tables use, sorted, each once."""
    return sorted({run.key for run in figure_refs(document)})


def chart_keys(document: Document) -> list[str]:
    """The keys of the charts in reading order."""
    return [block.key for block in all_blocks(document) if isinstance(block, Chart)]


def photo_keys(document: Document) -> list[str]:
    """The keys of the photos in reading order."""
    return [block.key for block in all_blocks(document) if isinstance(block, Photo)]


def plain_text(document: Document, *, marked: bool = False) -> str:
    """The whole text, one line per paragraph, heading, caption and table row (cells by tabs).

    ``marked`` says before a caption what it stands at, and of a photo which one, so that versions can be compared.
    """
    lines = [document.title_text, document.addressees]
    lines += _block_lines(document.blocks, marked)
    lines += [document.signature]
    for annex in document.annexes:
        lines += [annex.title, *_block_lines(annex.blocks, marked)]
    return "\n".join(line for line in lines if line)


def _marked(block: Table | Chart | Photo) -> str:
    if isinstance(block, Photo):
        return f"〔照片〕{block.caption}（{block.key[6:14]}）"
    return f"〔{'表' if isinstance(block, Table) else '图'}〕{block.caption}"


def _block_lines(blocks: list[Block], marked: bool) -> list[str]:
    lines = []
    for block in blocks:
        if isinstance(block, (Heading, Paragraph)):
            lines.append(block.text)
        else:
            lines.append(_marked(block) if marked else block.caption)
        if isinstance(block, Table):
            lines.append("\t".join(column.header for column in block.columns))
            lines += ["\t".join(run_text(cell) for cell in row) for row in block.rows]
            lines.append(block.notes)
    return lines


def block_json(block: Block) -> dict:
    """A block as it stands in the document's JSON value."""
    return _to_json(block)


def _to_json(value):
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: _to_json(item) for key, item in value.items()}
    if not hasattr(value, "__dataclass_fields__"):
        return value
    named = {f.name: _to_json(getattr(value, f.name)) for f in fields(value)}
    for name, kind in BLOCK_TYPES.items():
        if type(value) is kind:
            return {"type": name, **named}
    return named


def _block_from_json(value: dict) -> Block:
    value = dict(value)
    kind = BLOCK_TYPES.get(value.pop("type", None))
    if kind is None:
        raise ValueError("unknown type of block")
    if kind is Paragraph:
        value["runs"] = [_run_from_json(run) for run in value.get("runs", [])]
    if kind is Table:
        value["columns"] = [Column(**column) for column in value["columns"]]
        value["rows"] = [[_run_from_json(cell) for cell in row] for row in value.get("rows", [])]
    return kind(**value)


def _run_from_json(value: str | dict) -> str | FigureRef:
    return FigureRef(**value) if isinstance(value, dict) else value
