"""Names of agencies as titles and leads print them: extraction, and comparison of two names."""

import re

from schemas.labels import simplified
from schemas.organs import bare_name, is_platform

ORGAN = re.compile(
    r"(?:人民政府|政府|办公室|办公厅|委员会|管委会|办事处|[局委办厅署部院会处队所站校社团省市区县旗州盟镇乡]|街道|苏木|海关|中心|大学|学院|公司"
    r"|银行|法院|检察院)$"
)
_AROUND = re.compile(
    # What stands before a name in a title (【图文】, 置顶, 1.), and behind it (关于, a year in two digits).
    r"^(?:关于|附件\d*|[【\[(（][^】\]()（）]{1,8}[】\])）]|置顶|\d{1,2}[.、．)）](?=\D)|[\W_])+"
    r"|(?:关于(?:印发|公布|发布|公开|报送|上报)?|的|(?<!\d)\d{2}年度?|[^\w)）])+$"
)
# The column in front of an organ: 政府信息公开年报 某县教育局, 某市人民政府年度报告某市民政局.
_OF_THE_COLUMN = re.compile(r"^.*?(?:年度?报告|年报)(?=.{3,}$)")
_FIRST_PERSON = re.compile("^(?:我|本[省市州县区旗镇乡局委办街机单部院厅])")
_PLACEHOLDER = re.compile(r"[xX×＊*_…]{2,}|[○〇O]{2,}")


def clean_agency(text: str) -> str | None:
    """The name of an organ in a piece of a title or a lead; None where the piece names none (我局, XX县, 政府网站)."""
    text = re.split(r"[<>\"'=|｜:：·]", text.rstrip("|｜:：·"))[
        -1
    ]  # a title may carry markup and labels; an agency does not
    agency = _AROUND.sub("", _OF_THE_COLUMN.sub("", text))
    if agency.endswith("人民"):
        agency += "政府"  # 人民政府信息公开: the two words share 政府
    plain = simplified(agency)
    if _FIRST_PERSON.match(plain) or _PLACEHOLDER.search(plain) or is_platform(plain) or plain == "中华人民共和国":
        return None
    return agency if len(agency) >= 2 and not re.fullmatch(r"[\d年月日.\-]+", agency) else None


def same_agency(one: str, other: str) -> bool:
    """Whether two names may be of one organ: 教育局 and 示例县教育局, 螅镇 and 螅镇人民政府, 大峃鎮 and 大峃镇."""
    first, second = (bare_name(name).removesuffix("政府").removesuffix("人民") for name in (one, other))
    shorter, longer = sorted((first, second), key=len)
    return shorter in longer or (len(shorter) >= 3 and len(shorter) == len(longer) and _spelled_alike(shorter, longer))


def _spelled_alike(one: str, other: str) -> bool:
    """Whether one character differs, and not in the word that distinguishes organs: 甲乙镇 and 甲已镇, not 市场局 and 农场局."""
    differing = [index for index, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return len(differing) <= 1 and one[-1] in "镇乡" and one[:1] == other[:1]
