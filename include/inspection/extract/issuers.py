"""Whose a policy document is: the unit's own, or one that it reposts from the bodies above it.

Read from the words of a column (国务院政策, 上级文件), from the issuer at the head of a title (国务院办公厅关于…) and from
the source that a page names. Only what surely names a body above counts; a document without such words is the unit's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.inspection.extract.html import Document, fold

_MINISTRIES = (
    "外交|国防|教育|科技|科学技术|工业和信息化|公安|民政|司法|财政|人力资源和?社会保障|自然资源|国土资源|生态环境|环境保护|"
    "住房和?城乡建设|交通运输|水利|农业农村|农业|商务|文化和旅游|文化|退役军人事务|应急管理"
)
_TOP = re.compile(
    rf"中共中央|中央|中办|国办|国务院|全国人大|全国人民代表大会|中华人民共和国|中国政府网|新华社|人民日报|最高人民|国家|(?:{_MINISTRIES})部|[\u4e00-\u9fff]{{2,8}}总局"
)
_ABOVE = re.compile(r"上级|转载")
_LAW = re.compile(r"《?中华人民共和国")
#: A province or city at the head; 县城市管理局 is none.
_HEAD_PLACE = re.compile(r"([\u4e00-\u9fff]{2,8}?)(?:省|自治区|自治州|(?<!城)市(?!场|政管|容))")
_HEAD_LEVEL = re.compile(
    r"(省|自治区|市)(?:级|直|委|政府|人民政府|人大|(?!场|政管|容)[\u4e00-\u9fff]{2,12}?[厅局委])"
)
_PLACE = re.compile(
    r"([\u4e00-\u9fff]{2,9}?)(省|自治区|自治州|地区|(?<!城)市|州|盟|自治县|县|区|自治旗|旗|镇|乡|街道)"
)
_RANKS = {"省": 3, "自治区": 3, "自治州": 2, "地区": 2, "市": 2, "州": 2, "盟": 2}
_ISSUER = re.compile(r"([\u4e00-\u9fff、·\s]{2,40}?)(?:关于|印发|转发|批转|公布|令第|令[\s（(])")
_SOURCE = re.compile(
    r"(?:来\s{0,4}源|(?:发文|发布|制定)(?:机关|机构|单位))\s{0,3}[:：]\s{0,3}([\u4e00-\u9fff·]{2,30})"
)
_HEAD = 3_000


def reposted(title: str, column: str, units: Sequence[str]) -> bool:
    """Whether the row of a list is a document from above. ``units``: the names of the site and of its sponsor."""
    issuer = _ISSUER.match(fold(title).lstrip("【[《（( "))
    return bool(
        _LAW.match(title)
        or _ABOVE.search(column)
        or _from_above(column, units)
        or (issuer and _from_above(issuer[1], units))
    )


def names_other_source(document: Document, units: Sequence[str]) -> bool:
    """Whether the page of a document names a body above as its source or issuer."""
    named = [document.meta.get("contentsource", "")[:60], *_SOURCE.findall(document.head_text[:_HEAD])]
    return any(name and _from_above(fold(name), units) for name in named)


def _from_above(name: str, units: Sequence[str]) -> bool:
    """Whether a name begins with that of a body above the unit's."""
    places = [places[-1] for unit in units if (places := _PLACE.findall(unit))]
    if any(stem in name for stem, _ in places):
        return False
    top = _TOP.match(name)
    if top:
        return not any(top[0] in unit for unit in units)
    level = _HEAD_LEVEL.match(name)
    if level:
        return bool(places) and all(_RANKS.get(suffix, 1) < _RANKS[level[1]] for _, suffix in places)
    return bool(places) and _HEAD_PLACE.match(name) is not None
