"""Titles and texts of made-up offices."""

from __future__ import annotations

_TOPICS = (
    "秋粮收储",
    "校园食品安全",
    "老旧小区改造",
    "森林防火",
    "农村饮水",
    "营商环境",
    "义务教育",
    "河道清淤",
    "医保缴费",
    "招商引资",
    "公交线网",
    "养老服务",
    "垃圾分类",
    "防汛备汛",
    "消防安全",
    "高标准农田",
    "社区矫正",
    "粮食烘干",
)
_PEOPLE = ("县委副书记", "常务副县长", "副县长", "政协副主席", "办公室主任")
_FORMS = {
    "news": (
        "我县召开{t}工作推进会议部署下一阶段任务",
        "{p}到各乡镇调研{t}工作",
        "县{t}专班开展“回头看”行动",
        "聚焦{t} 全县上下真抓实干见成效",
    ),
    "notice": (
        "关于开展{t}专项检查的通告",
        "关于{t}项目招标结果的公示",
        "关于调整{t}联席会议成员的通知",
        "关于2025年度{t}资金分配情况的公告",
        "关于2027年1月15日起调整{t}窗口的通告",
    ),
    "policy": (
        "关于印发《{t}实施方案》的通知",
        "关于废止2015年12月31日前印发的{t}文件的决定",
        "关于进一步加强{t}工作的意见",
        "{t}管理办法（试行）",
        "县人民政府办公室关于做好{t}有关事项的通知",
    ),
    "interpretation": ("《{t}实施方案》政策解读", "一图读懂{t}管理办法"),
    "plan": ("{t}“十五五”专项规划（征求意见稿）", "2026年{t}工作计划", "县政府2025年{t}工作总结"),
    "personnel": ("关于{t}中心有关同志职务任免的通知", "县{t}服务中心公开招聘工作人员公告"),
    "survey": ("关于《{t}实施细则》公开征求意见的公告", "{t}满意度调查问卷"),
    "interview": ("县有关部门负责人做客访谈间谈{t}", "在线访谈：{t}那些事"),
    "other": ("{t}项目进展情况公开", "关于{t}情况的说明"),
}
_QUESTIONS = (
    "{t}办理需要带哪些证件",
    "反映小区{t}存在的问题",
    "关于{t}补贴发放时间的咨询",
    "请问{t}窗口周末是否上班",
)


def title(section_class: str | None, column: str, number: int) -> str:
    """A title that no other item of the site has."""
    forms = _FORMS.get(section_class or "other", _FORMS["other"])
    seed = sum(map(ord, column)) + number * 5
    made = forms[(number + seed) % len(forms)].format(
        t=_TOPICS[seed % len(_TOPICS)], p=_PEOPLE[seed % len(_PEOPLE)]
    )
    return f"{made}（{column[:4]}第{number + 1}期）" if number >= 0 else made


def question(number: int) -> str:
    return _QUESTIONS[number % len(_QUESTIONS)].format(t=_TOPICS[(number * 7 + 3) % len(_TOPICS)])


def paragraphs(topic: str) -> list[str]:
    """The body of an article: with days that are none of its publication."""
    return [
        f"为进一步做好有关工作，自2019年5月6日起，各单位按照职责分工扎实推进。{topic}",
        "会议强调，要压实责任，细化措施，确保2027年6月30日前完成全部任务，切实增强人民群众的获得感。",
        "各乡镇、各部门要结合实际抓好贯彻落实，并于每月25日前将进展情况报送办公室。",
    ]
