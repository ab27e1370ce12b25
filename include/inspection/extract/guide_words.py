"""The words by which the eight element classes of a service guide (办事指南) are known."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import pairwise

ELEMENTS: dict[str, str] = {
    "事项名称": r"(事项|项目|服务|审批|许可|办理事项|业务|职权)名称|办理事项|(服务|审批|许可)(事项|项目)",
    "设定依据": r"(设定|设立|办理|法律|法定|法规|政策|实施|审批|许可|办事|受理|申办|申请|行使|职权)?(法律|政策|法规)?依据|(相关|有关)法律法规|法律法规依据",
    "申请条件": r"(事项)?((准予|以及|予以|不予)(批准|许可|受理|办理)|申请|申办|办理|受理|办事|申报|审批|许可|批准|准予|资格|应具备|具备|登记|备案|享受|必备|报名)?的?条件(及要求|与要求|要求)?"
    r"|(受理|申请|适用|办理|服务|补贴|保障|申报|申办)(范围|对象)|(申请人|申报|申请|申办)(资格|条件|人?要求)",
    "办理材料": r"(需要?|应|所需|所要|须|应当)?(办理|申请|申办|申报|提交|提供|递交|办事|报送|应交|受理|准备|携带|登记|审批|备案|报名)?的?(材料|资料|要件)(清单|目录|名称|要求|明细|及要求)?"
    r"|(提交|携带|准备)(材料|资料|证件)|所需证件(材料)?|需要?(准备|提供|提交)的?(证件|手续)",
    "办理地点": r"(办理|受理|办公|办事|服务|窗口|申请|申办|审批|咨询|报名|单位|现场)?(地点|地址|场所)|(办理|受理|办事|服务|申办|收件)窗口|窗口(名称|位置)"
    r"|(办理|受理)(部门|单位)?(地址|地点)",
    "办理时间": r"(办理|受理|办公|工作|服务|上班|接待|对外办公|办事|咨询|窗口|对外服务|对外|开放|营业)?(时间|时段)",
    "联系电话": r"(联系|咨询|办公|监督|服务|窗口|监督投诉|咨询投诉|投诉|举报|举报投诉|投诉举报|咨询服务|查询)?(电话|热线)(号码)?|(咨询|联系)(方式|渠道|途径)"
    r"|(监督|咨询|投诉)(及|与|和|、)(监督|咨询|投诉)(电话|方式|渠道|途径)?|(监督|咨询|投诉){2}(电话|方式|渠道|途径)|联系人(及|和|、)?(电话|方式)",
    "办理流程": r"(办理处理|办事处理|办理|办事|申请|申办|申报|审批|受理|服务|工作|许可|审核|审查|登记|备案|业务|网上办理|窗口办理|现场办理|线下办理|线上办理)?(流程|程序|步骤)(图|说明)?",
}
#: How long it takes is not when the counter is open, and a bill has another basis than the matter: in doubt, not the class.
KIN: dict[str, str] = {
    "办理时间": r"(法定|承诺|服务)?(办理|办结|审批|工作|受理|审核)?的?(时限|期限)|(承诺|法定|办结)(办结)?时间|(法定|承诺)办结(时限|时间)",
    "设定依据": r"(收费|处罚)依据",
}
_NUMBER = r"[\s\d一二三四五六七八九十、.．:：（()）【\[〖［〔◆■●★▲◇□○☆※*#•·]*"
_CLOSED = r"[】\]〗］〕]"
_ENDS = re.compile(rf"\s*(?:(?:{_CLOSED}\s*[:：]?|[:：]|—{{1,2}}|－|–)\s*(?P<content>.*)|$)", re.DOTALL)
_CLASSES = {name: re.compile(pattern) for name, pattern in ELEMENTS.items()}
_KINS = {name: re.compile(pattern) for name, pattern in KIN.items()}
_START = re.compile(_NUMBER)
_HEAD = re.compile(r"[^:：】\]〗］〕—－–\s]{2,24}")
_SPACED = re.compile(r"^(?:[\u4e00-\u9fff] ){1,7}[\u4e00-\u9fff](?=\s*(?:[:：】]|$))")
_JOINED = re.compile(r"以及|及其?|和|与|、|/|／|，|\+|＋|（|）|\(|\)")
#: What may stand beside a class in one heading: 办理机构及地点.
_BESIDE = re.compile(
    r"(办理|受理|实施|承办|主管|咨询)?(机构|部门|单位|机关|费用|收费|标准|收费标准|要求|方式|网址|邮箱|邮编|传真|联系人|结果)"
)
_ANY = "|".join(f"(?:{pattern})" for pattern in [*ELEMENTS.values(), *KIN.values()])
#: A label in the midst of a text: behind a sign that ends what stood before, with a colon, in brackets, or numbered.
_INSIDE = re.compile(
    rf"(?:^|(?<=[。；;！!，,\s（(|｜]))\s*(?:[（(]?[一二三四五六七八九十\d]{{1,3}}[)）、.．]\s*)?(?P<colon>{_ANY})\s*[:：]"
    rf"|[【\[〖［](?P<bracket>{_ANY}){_CLOSED}\s*[:：]?"
    rf"|(?:^|(?<=[。；;！!，,\s]))[（(]?[一二三四五六七八九十\d]{{1,3}}[)）、.．]\s*(?P<numbered>{_ANY})(?=[\s《]|$)"
)
_MAX_INSIDE = 200

#: Says of a class, without its label, so much that the class may be there.
MENTIONS: dict[str, re.Pattern[str]] = {
    "设定依据": re.compile(r"(根据|依据|按照|依照)[^。；]{0,20}《|《[^《》]{4,40}》第"),
    "申请条件": re.compile(
        r"(符合|具备|满足)[^。；]{0,20}(条件|要求|情形)|凡[^。；]{2,30}(均可|可以|可|应当)|适用于|年满\d|(?<!许)(可|可以)(提出)?申请"
    ),
    "办理材料": re.compile(
        r"(携带|提供|提交|持|凭|带|递交|出示|填写|准备)[^。；]{0,30}(材料|资料|证件|身份证|户口|复印件|申请表|登记表|证明|原件|照片|执照)"
    ),
    "办理地点": re.compile(
        r"(到|至|前往|在|去)[^。；]{2,30}(窗口|大厅|中心|办公室|派出所|科|\d+室|\d+楼)|[路街道巷]\d+号|\d楼[^。；]{0,10}窗口"
    ),
    "办理时间": re.compile(
        r"周[一二三四五六日至]|星期[一二三四五六日]|[上下]午|\d{1,2}\s{0,2}[:：]\s{0,2}\d\d|\d点|(?<![个\d一二三四五六七八九十])工作日(?!内|之内|办结|[）)])"
    ),
    "联系电话": re.compile(r"(?<!\d)(?:0\d{2,3}[-—－ ]{0,3}\d{7,8}|1[3-9]\d{9}|[2-8]\d{6,7}|12345)(?!\d)"),
    "办理流程": re.compile(
        r"(申请|申报|受理|提交|填写|登录)[^。]{0,80}(审核|审查|审批|核准|初审|核验|审定|踏勘)[^。]{0,80}(领取|发证|办结|决定|制证|送达|批准|备案|核发|出证|公示)"
        r"|第[一1]步|→|-->|首先[^。]{2,60}(然后|再)"
    ),
}
#: Words without which a text that is no more than a paragraph or two says nothing of a class.
TRACES: dict[str, re.Pattern[str]] = {
    "设定依据": re.compile(r"法|条例|规定|依据|根据|《|号文|政策|细则|文件|通知|意见|要求"),
    "申请条件": re.compile(
        r"条件|符合|具备|满足|应当?|必须|须|凡|对象|范围|年满|周岁|户籍|资格|可以|(?<!许)可申|适用|要求|情形|者|的人|人员|居民|企业"
    ),
    "办理材料": re.compile(
        r"材料|资料|证件|身份证|户口|复印|原件|表|证明|照片|携|持|带|凭|提交|提供|出示|执照|合同"
    ),
    "办理地点": re.compile(r"窗口|大厅|中心|地址|地点|路|街|楼|室|号|局|所|科|站|社区|村|镇|网"),
    "办理时间": re.compile(r"时|日|天|周|[上下]午|当场|即办|年|月|\d[:：]\d"),
    "联系电话": re.compile(r"电话|热线|手机|\d{5}"),
    "办理流程": re.compile(
        r"流程|程序|步骤|先|再|后|审|核|批|受理|领|填|网上|登录|预约|报名|办结|第[一1]|即可|→|提交"
    ),
}
#: The counter's hours, under whatever label they stand.
HOURS = MENTIONS["办理时间"]
_NO_CONTENT = re.compile(
    r"(?:暂无.{0,4}|暂未.{0,4}|待(?:补充|完善|定|更新)|(?:正在)?(?:完善|更新|建设|整理)中|略|/|／|[-—－–_]+|\.{2,}|…+|null|undefined|none|n/?a|〔空〕)[。.]?",
    re.IGNORECASE,
)
#: 无 is an answer to what must be brought or met, and where all is done by net; to the others it may be.
_NONE_WILL_DO = {"申请条件", "办理材料", "办理地点"}
_NONE = re.compile(r"(?:无|没有|无要求|不涉及)[。.]?")


def labels_of(text: str) -> tuple[tuple[str, ...], frozenset[str], str]:
    """(classes whose label ``text`` begins with, those of them that its words leave in doubt, what stands behind it)."""
    start = _START.match(text)
    rest = _SPACED.sub(lambda match: match[0].replace(" ", ""), text[start.end() if start else 0 :])
    head = _HEAD.match(rest)
    ends = _ENDS.match(rest, head.end()) if head else None
    if head is None or ends is None:
        return (), frozenset(), ""
    names, doubtful = _classes(head[0].strip("*：:"))
    return (names, doubtful, (ends["content"] or "").strip()) if names else ((), frozenset(), "")


@functools.lru_cache(maxsize=4096)
def _classes(heading: str) -> tuple[tuple[str, ...], frozenset[str]]:
    for name, pattern in _CLASSES.items():
        if pattern.fullmatch(heading):
            return (name,), frozenset()
    for name, pattern in _KINS.items():
        if pattern.fullmatch(heading):
            return (name,), frozenset({name})
    parts = [part for part in _JOINED.split(heading) if part]
    if not 2 <= len(parts) <= 5:
        return (), frozenset()
    found: list[str] = []
    doubtful: set[str] = set()
    for part in parts:
        names, unsure = _alone(part)
        if not names and not _BESIDE.fullmatch(part):
            return (), frozenset()
        found += names
        doubtful |= unsure
    return tuple(dict.fromkeys(found)), frozenset(doubtful)


def _alone(part: str) -> tuple[tuple[str, ...], frozenset[str]]:
    for name, pattern in _CLASSES.items():
        if pattern.fullmatch(part):
            return (name,), frozenset()
    return next((((n,), frozenset({n})) for n, p in _KINS.items() if p.fullmatch(part)), ((), frozenset()))


def pieces(text: str) -> Iterator[str]:
    """``text`` cut before every label in its midst; a numbered or bracketed one gets the colon that it lacks."""
    found = [match for _, match in zip(range(_MAX_INSIDE), _INSIDE.finditer(text), strict=False)]
    if not found:
        yield text
        return
    if head := text[: found[0].start()].strip():
        yield head
    for match, after in pairwise([*found, None]):
        assert match is not None
        content = text[match.end() : after.start() if after else len(text)].strip()
        yield f"{match['colon'] or match['bracket'] or match['numbered']}：{content}"


def says(name: str, content: str) -> bool | None:
    """Whether ``content`` behind the label of a class says something of it; None where that is a matter of opinion."""
    if not content or _NO_CONTENT.fullmatch(content):
        return False
    return None if name not in _NONE_WILL_DO and _NONE.fullmatch(content) else True
