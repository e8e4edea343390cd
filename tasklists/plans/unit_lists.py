"""Lists of units as they are written (市A局、B局牵头,市C局配合) → owners by role."""

import re

from .plan import FormerName, Owners
from .wording import clean, closing_bracket, compact, fold

_SEPARATORS = "、,;/|\n "
END_WORD = re.compile(
    r"(?:局|委|办|厅|部|室|院|会|行|处|社|联|司|府|站|校|馆|团|区|县|中心|队|集团|专班|部门|单位|街道|镇|海关|市委|组)$"
)
_TAIL = re.compile(
    r"(?:等(?:市直)?(?:有关|相关)?(?:责任)?(?:部门|单位)?(?:和单位)?)?"
    r"(?:(?:分别|共同|具体|按(?:照)?(?:各自)?职(?:责|能)(?:分工)?|依(?:据)?职责(?:分工)?|根据职责(?:分工)?|按分工)*)"
    r"(?P<verb>牵头(?:负责|落实|组织实施|组织|实施|推进|抓总)?|配合(?:落实|做好|实施|推进)?|协助(?:配合)?|协同(?:配合|推进)?|协办|参与|参加"
    r"|负责(?:落实|实施|组织实施)?|组织实施|落实|主办|承办|分工负责|抓好落实|实施)?[。.]?$"
)
_LEAD = re.compile("牵头|主办|第一|主要")
_SUPPORT = re.compile("配合|协助|协同|协办|参与|参加")
_NONE = {"", "无", "/", "-", "—", "——", "等", "负责", "落实"}
SPLIT_AND = re.compile(r"以及|及|和|与|会同|联合|并会同")


def role_of(words):
    """lead, supporting or responsible, by the words that name or follow the units."""
    if _LEAD.search(words):
        return "lead"
    if _SUPPORT.search(words):
        return "supporting"
    return "responsible"


class UnitList:
    """Reads lists of units against a directory and remembers what it could not find."""

    def __init__(self, directory):
        self.directory = directory
        self.unmatched = []
        self.former = []

    def read(self, text, role, line):
        """Owners named in `text`; `role` holds where the words themselves say nothing else."""
        owners = Owners()
        for group in split_outside_brackets(fold(clean(text.replace("\n", "、"))), ",;。"):
            said = _TAIL.search(group)
            group_role = role_of(said["verb"]) if said and said["verb"] else role
            if said and said["verb"] and group_role == "responsible":
                group_role = role if role != "lead" else "responsible"
            joined = re.match(r"(?:并)?(?:会同|联合)", group)
            if joined and owners.lead:
                group_role = "supporting"
            self._read_group(group[joined.end() :] if joined else group, group_role, owners, line)
        return owners

    def _read_group(self, group, role, owners, line):
        prefix, position = "", 0
        while position < len(group):
            if group[position] in _SEPARATORS or group[position] in "()":
                position += 1
                continue
            words = SPLIT_AND.match(group, position)
            if words and position:
                position = words.end()
                continue
            end, names = self._next(group, position, prefix)
            for written, found in names:
                self._add(written, found, role, owners, line)
                if written[0] in "市省州" or written.startswith("德州市"):
                    prefix = written[0] if written[0] in "省州" else "市"
                elif found.known and not found.collective:
                    prefix = prefix or ""
            tail_role = _tail_role(group, end)
            if tail_role:
                end, verb_role = tail_role
                if names and verb_role != role and verb_role != "responsible":
                    _move_to_said_role(owners, names, role, verb_role)
            position = end

    def _next(self, group, start, prefix):
        """(end, [(as written, Found)]) of the name at `start`: the longest known one, else up to a separator."""
        known = self._known_at(group, start)
        if known is None and prefix:
            known = self._known_at(prefix + group, 0, skip=start, prefix=prefix)
        if known:
            return known
        end = _token_end(group, start)
        token = group[start:end]
        bare = strip_tail(token)
        if compact(bare) in _NONE:
            return end, []
        parts = [part for part in SPLIT_AND.split(bare) if part]
        if len(parts) > 1 and all(END_WORD.search(part) for part in parts):
            return end, [(part, self.directory.find(part, prefix)) for part in parts]
        without_note = re.sub(r"\([^()]*\)$", "", bare)
        found = self.directory.find(without_note, prefix)
        if not found.known:
            found = self.directory.find(bare, prefix)
        return end, [(bare, found)]

    def _known_at(self, group, start, skip=None, prefix=""):
        text = prefix + group[skip:] if skip is not None else group
        hit = self.directory.longest_at(text, 0 if skip is not None else start)
        if not hit:
            return None
        end, found = hit
        if skip is not None:
            end = end - len(prefix) + skip
            start = skip
        end = _after_note(group, end)
        if not _ends_name(group, end):
            return None
        return end, [(group[start:end], found)]

    def _add(self, written, found, role, owners, line):
        if not found.known:
            if found.name not in self.unmatched:
                self.unmatched.append(found.name)
        elif found.former:
            self.former.append(FormerName(line, written, found.name))
        owners.add("collectives" if found.collective else role, found.name)


def _move_to_said_role(owners, names, role, verb_role):
    """Moves names to the role that their own tail states (市A局牵头、市B局配合 in one run)."""
    for _written, found in names:
        if not found.collective and found.name in getattr(owners, role):
            getattr(owners, role).remove(found.name)
            owners.add(verb_role, found.name)


def split_outside_brackets(folded, marks):
    """Pieces of `folded` between any of `marks` that stand outside brackets."""
    pieces, depth, start = [], 0, 0
    for position, char in enumerate(folded):
        depth += (char == "(") - (char == ")")
        if char in marks and depth <= 0:
            pieces.append(folded[start:position])
            start = position + 1
    pieces.append(folded[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def _token_end(group, start):
    depth = 0
    for position in range(start, len(group)):
        char = group[position]
        depth += (char == "(") - (char == ")")
        if char in _SEPARATORS and depth <= 0:
            return position
    return len(group)


def _after_note(group, end):
    """Past a bracket that follows a known name (a desk, a person, another name of the same unit)."""
    if end < len(group) and group[end] == "(":
        closing = closing_bracket(group, end)
        return closing + 1 if closing is not None else len(group)
    return end


def _ends_name(group, end):
    rest = group[end:]
    if not rest or rest[0] in _SEPARATORS or rest[0] in "().。":
        return True
    return bool(SPLIT_AND.match(rest)) or bool(
        re.match(r"等|牵头|配合|负责|协助|协同|协办|参与|按|分别|共同|落实|组织实施|具体", rest)
    )


def strip_tail(token):
    match = _TAIL.search(token)
    return token[: match.start()] if match else token


def _tail_role(group, end):
    """(end of the tail, role) when words like 牵头 stand right after a name, else None."""
    match = re.match(r"(?:等[^、,;]{0,6}?)?(牵头(?:负责)?|配合|协助|协办|参与)(?=[、 ]|$)", group[end:])
    if match and match.group(1):
        return end + match.end(), role_of(match.group(1))
    match = re.match(r"等[^、,;]{0,8}|(?:分别|共同|具体|按|负责|落实|组织实施|协同|牵头|配合)[^、,;]*", group[end:])
    return (end + match.end(), "responsible") if match else None
