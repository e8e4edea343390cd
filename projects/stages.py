"""The stages of a project: their order, what each asks for, and which may follow which. Declared once, here."""

import re
from dataclasses import dataclass

from projects.models import StageChange

Stage = StageChange.Stage
PATH = (
    Stage.LEAD,
    Stage.NEGOTIATING,
    Stage.SIGNED,
    Stage.REGISTERED,
    Stage.STARTED,
    Stage.PRODUCING,
    Stage.AT_CAPACITY,
)
OFF_PATH = (Stage.PAUSED, Stage.LOST, Stage.ABANDONED)
FINAL = (Stage.LOST, Stage.ABANDONED)
BEFORE_SIGNING = (Stage.LEAD, Stage.NEGOTIATING)
PROMISES = {  # the promised date of each stage that has one
    Stage.REGISTERED: "promised_registered_on",
    Stage.STARTED: "promised_started_on",
    Stage.PRODUCING: "promised_producing_on",
}


@dataclass(frozen=True)
class Need:
    """What a stage asks for. ``project``: fields of the project that must be filled, with their names in words."""

    project: tuple[tuple[str, str], ...] = ()
    admission: bool = False
    certificate: str = ""  # the certificate's name where its number is needed
    proof: str = ""  # words for what must be shown, as text or file (a certificate's number also shows it)
    reason: bool = False


NEEDS = {
    Stage.LEAD: Need(),
    Stage.NEGOTIATING: Need(),
    Stage.SIGNED: Need(
        project=(("contract_on", "合同日期"), ("investor", "投资方"), ("total_investment", "签约总投资")),
        admission=True,
    ),
    Stage.REGISTERED: Need(certificate="统一社会信用代码"),
    Stage.STARTED: Need(proof="施工许可证号或现场佐证"),
    Stage.PRODUCING: Need(proof="投产依据"),
    Stage.AT_CAPACITY: Need(proof="达效依据"),
    Stage.PAUSED: Need(reason=True),
    Stage.LOST: Need(reason=True),
    Stage.ABANDONED: Need(reason=True),
}


def rank(stage: str) -> int:
    """Return the place of a stage on the path, from 0; -1 off the path."""
    return PATH.index(stage) if stage in PATH else -1


def and_after(stage: str) -> tuple[str, ...]:
    """Return the stage and those after it on the path."""
    return PATH[PATH.index(stage) :]


def resumes_at(log: list[str]) -> Stage:
    """Return the stage on the path that a paused project goes back to; ``log``: its stages, oldest first."""
    return Stage(next((stage for stage in reversed(log) if stage in PATH), Stage.LEAD))


def may_follow(log: list[str]) -> tuple[Stage, ...]:
    """Return the stages that may come next after ``log`` (oldest first); none after 流失 and 终止.

    A lead may be signed without having been 在谈; no other stage is passed over. A pause ends where it began.
    """
    if not log:
        return PATH
    current = log[-1]
    if current in FINAL:
        return ()
    if current == Stage.PAUSED:
        return (resumes_at(log), *FINAL)
    place = PATH.index(current)
    following = PATH[place + 1 : place + 2]
    if current == Stage.LEAD:
        following = (Stage.NEGOTIATING, Stage.SIGNED)
    return (*following, *OFF_PATH)


# GB 32100-2015: 17 characters and a check character, no I, O, S, V, Z.
_CREDIT_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(f"[1-9A-HJ-NPQRTUWXY][1-9A-HJ-NPQRTUWXY][0-9]{{6}}[{_CREDIT_CODE}]{{10}}")


def credit_code_fault(code: str) -> str:
    """Return what is wrong with a unified social credit code (GB 32100) in one sentence; empty when it is right."""
    if not _SHAPE.fullmatch(code):
        return f"统一社会信用代码应为 18 位数字和大写字母，现填“{code[:24]}”。"
    weighed = sum(_CREDIT_CODE.index(letter) * pow(3, place, 31) for place, letter in enumerate(code[:17]))
    if _CREDIT_CODE[(31 - weighed % 31) % 31] != code[17]:
        return f"统一社会信用代码“{code}”的校验位不对，请核对证照。"
    return ""
