"""Services and their guides."""

from __future__ import annotations

from include.inspection.extract.guide_words import ELEMENTS
from include.inspection.extract.guides import doubt_of
from include.inspection.facts import SiteFacts
from include.inspection.measures.base import (
    Context,
    Detail,
    Measured,
    State,
    for_people,
    measured,
    unmeasured,
)


def service_entries(facts: SiteFacts, context: Context) -> Measured:
    """W6.1: entries to services that were not found dead."""
    alive = [
        Detail(f"“{name}” {url}", facts.home) for name, url, works in facts.services if works is not False
    ]
    if not alive and facts.home_scripted:
        return unmeasured(f"{facts.home_unsure}，无法确认是否提供办事服务", facts.home)
    if not alive and (
        unsure := facts.services_unsure or ("" if facts.sections else "没有找到可以检查的栏目")
    ):
        return unmeasured(f"{unsure}，无法确认是否提供办事服务", facts.home)
    dead = [
        Detail(f"“{name}”打不开或没有内容 {url}", facts.home)
        for name, url, works in facts.services
        if works is False
    ]
    return measured(len(alive), seen=facts.home, details=alive or dead)


def _deficient(facts: SiteFacts, context: Context) -> tuple[list[Detail], int]:
    """(guides that lack too many classes, how many more may: not understood, or with headings in words not known)."""
    limit = context.settings["missing_classes"]
    deficient, unknown = [], 0
    for guide in facts.guides:
        if guide.missing is None:
            unknown += 1
        elif len(guide.missing) - doubt_of(guide.unknown) >= limit:
            deficient.append(Detail(f"《{guide.title[:30]}》缺 {'、'.join(guide.missing)}", guide.seen))
        elif len(guide.missing) + len(guide.doubtful) >= limit:
            unknown += 1
    return deficient, unknown


def _none_read(facts: SiteFacts) -> Measured:
    if facts.guides_unsure:
        reason = f"办事栏目中有{facts.guides_unsure}个条目不能确定是否为办事指南"
    else:
        reason = "本站没有可读取的办事指南"
    return for_people(reason + ("，指南在站外平台" if facts.guides_elsewhere else ""), facts.home)


def deficient_guides(facts: SiteFacts, context: Context) -> Measured:
    """W6.2: guides that lack too many element classes, in the sample that was read."""
    if not facts.guides_total or not facts.guides:
        return _none_read(facts)
    if facts.guides_total + facts.guides_unsure < context.settings["few_matters"]:
        return Measured(State.NOT_APPLICABLE, reason=f"事项共{facts.guides_total}个，按事项较少的情形判断")
    deficient, unknown = _deficient(facts, context)
    if unknown == len(facts.guides):
        return for_people("办事指南的要素无法识别", facts.home)
    reason = f"事项共{facts.guides_total}个，读取{len(facts.guides)}个" + (
        f"，其中{unknown}个无法识别要素" if unknown else ""
    )
    return measured(
        len(deficient),
        len(deficient) + unknown,
        deficient[0].seen if deficient else facts.home,
        deficient,
        reason,
    )


def all_guides_deficient(facts: SiteFacts, context: Context) -> Measured:
    """W6.3: with few matters in all, whether every guide lacks too many classes; the value is their number or 0."""
    if not facts.guides_total or not facts.guides:
        return _none_read(facts)
    if facts.guides_total >= context.settings["few_matters"]:
        return Measured(State.NOT_APPLICABLE, reason=f"事项共{facts.guides_total}个，按事项较多的情形判断")
    deficient, unknown = _deficient(facts, context)
    if len(deficient) + unknown < len(facts.guides) or facts.guides_total > len(facts.guides):
        return measured(0, seen=facts.home, details=deficient, reason=f"事项共{facts.guides_total}个")
    if facts.guides_elsewhere:
        return for_people(
            f"本站的{facts.guides_total}个办事指南要素均不全或无法识别，站外平台可能另有指南", facts.home
        )
    if unknown:
        return for_people("办事指南的要素无法识别", facts.home)
    if facts.guides_unsure:
        return for_people(
            f"读到的{len(deficient)}个办事指南要素均不全，另有{facts.guides_unsure}个条目不能确定是否为办事指南",
            deficient[0].seen,
        )
    return measured(
        len(deficient), seen=deficient[0].seen, details=deficient, reason=f"事项共{facts.guides_total}个"
    )


def guide_classes_missing(facts: SiteFacts, context: Context) -> Measured:
    """Element classes that at least one guide of the sample lacks; a class that many lack counts once."""
    known = [guide for guide in facts.guides if guide.missing is not None and not guide.unknown]
    if not known:
        return _none_read(facts) if not facts.guides else for_people("办事指南的要素无法识别", facts.home)
    classes = [name for name in ELEMENTS if any(name in (guide.missing or ()) for guide in known)]
    unsure = {name for guide in known for name in guide.doubtful} - set(classes)
    details = [
        Detail(f"《{guide.title[:30]}》缺 {'、'.join(guide.missing or ())}", guide.seen)
        for guide in known
        if guide.missing
    ]
    return measured(
        len(classes),
        len(classes) + len(unsure),
        seen=details[0].seen if details else facts.home,
        details=details,
        reason=f"读取指南{len(known)}个"
        + (f"，{'、'.join(one for one in ELEMENTS if one in unsure)}不能确定" if unsure else ""),
    )


def vague_guides(facts: SiteFacts, context: Context) -> Measured:
    """P2.5: guides that name no law or document as their basis; whether the rest is right a person checks."""
    known = [guide for guide in facts.guides if guide.missing is not None]
    if not known:
        return _none_read(facts) if not facts.guides else for_people("办事指南的要素无法识别", facts.home)
    vague = [
        Detail(f"《{guide.title[:30]}》设定依据写作“{guide.vague}”", guide.seen)
        for guide in known
        if guide.vague
    ]
    return measured(
        len(vague),
        seen=vague[0].seen if vague else facts.home,
        details=vague,
        reason=f"读取指南{len(known)}个",
    )
