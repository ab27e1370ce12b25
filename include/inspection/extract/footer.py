"""What stands at the bottom of every government page: badge, 找错 entry, site code, sponsor, contact, records, map."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial

from include.inspection.extract.footer_places import MAX_SCRIPT, Found, Surface, footer_places
from include.inspection.extract.html import Document, fold

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼黔滇陇秦蜀"
#: 备案标识号 is the number of the police.
_CODE = re.compile(
    r"(?:标识(?:编)?码|网站(?:统一)?(?:标识|识别)(?:编)?[码号])\s{0,3}[:：为]?\s{0,3}([A-Za-z]{0,2}\d{1,20})"
)
_ICP = re.compile(
    rf"([{_PROVINCES}])\s{{0,3}}ICP\s{{0,3}}备(?:案号)?\s{{0,3}}[:：]?\s{{0,3}}(\d{{5,10}})\s{{0,3}}号?(?:\s{{0,3}}-\s{{0,3}}(\d{{1,3}}))?",
    re.IGNORECASE,
)
_POLICE = re.compile(
    rf"[{_PROVINCES}]?\s{{0,3}}公(?:网安备|安(?:机关|部门)?(?:联网|网站)?备案(?:编?号|标识)?)\s{{0,3}}[:：]?\s{{0,3}}[{_PROVINCES}]?(?:公网安备)?\s{{0,3}}(\d{{6,20}})"
)
_POLICE_LINK = re.compile(
    r"(?:beian\.gov\.cn|beian\.mps\.gov\.cn)/.{0,120}?(?:recordcode|code)=(\d{6,20})", re.IGNORECASE
)
_SPONSOR = re.compile(
    r"主\s{0,4}办(?:\s{0,4}单\s{0,4}位|方|机关)?\s{0,3}[:：]\s{0,3}([^\s|｜:：,，;；。©]{2,50})"
)
_SPONSORED = re.compile(r"主办(?!单位|方|机关|[:：的了过])")
#: "由○○协会、○○联合主办" tells of an event.
_NO_SPONSOR = re.compile(r"(?<!自)由|(?:共同|联合)$")
_NAME_BEFORE = re.compile(r"([\u4e00-\u9fff]{4,40})\s{0,3}$")
_CONTACT = re.compile(
    r"(?:电\s{0,2}话|热\s{0,2}线|联系方式|联系我们|传\s{0,2}真|Tel)[^\d\n备]{0,12}"
    r"((?:\(?0\d{2,3}\)?[-\s]{0,3})?\d{7,8}|400[-\s]?\d{3}[-\s]?\d{4}|1[3-9]\d{9}|(?:0\d{2,3}[-\s]?)?12345)(?!\d)"
    r"|([A-Za-z0-9._-]{1,40}(?:@|#)[A-Za-z0-9-]{1,40}(?:\.[A-Za-z]{2,10}){1,3})",
    re.IGNORECASE,
)
_CONTACT_LINK = re.compile(r"联系(?:我们|方式|电话)")
_MAP_LINK = re.compile(r"(?:网站|站点|本站)地图|网站导览|网站导图|^\s*地图\s*$|site\s?map", re.IGNORECASE)
#: A site map or a list of other sites: what it leads to tells.
_NAVIGATION_LINK = re.compile(r"^\s*(?:网站|站点|本站)导航\s*$")
_REPORT_LINK = re.compile(
    r"(?:pucha\.kaipuyun\.cn|zfwzgl\.www\.gov\.cn|121\.43\.68\.40)/+exposure|/exposure/jiucuo|jiucuo(?:page)?\.(?:html?|js)",
    re.IGNORECASE,
)
_REPORT_TEXT = re.compile(r"(?:政府)?网站(?:找错|纠错)")
_REPORT_CODE = re.compile(
    r"(?:site_?code\s?[=:]\s?['\"]?|[?&]v=|Link\(\s?['\"])((?:bm)?\d{8,10})", re.IGNORECASE
)
_BADGE_LINK = re.compile(r"\bconac\.cn/", re.IGNORECASE)
_BADGE_TEXT = re.compile(r"党政机关(?:网站)?(?:标识)?|事业单位(?:网站)?标识")
_BADGE_IMAGE = re.compile(
    r"conac|dzjg|jgbs|zfwzbs|(?:^|/)(?:[a-z]{1,6}_)?(?:red|blue)\d?\.(?:png|gif|jpe?g)(?:$|\?)|党政机关|事业单位(?:网站)?标识",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FooterItem:
    """``value``: the number, name or address; ``seen``: the text or address it was found in."""

    found: Found = Found.ABSENT
    value: str = ""
    seen: str = ""

    @property
    def present(self) -> bool:
        return self.found is not Found.ABSENT


@dataclass(frozen=True)
class FooterItems:
    """The items of one page. ``code_matches``: site code against the register's (None: none shown or none given);
    ``navigation``: address of the footer's link 网站导航, which may be the site map; ``elsewhere``: address of the frame, script or include that brings the footer. What is absent here may stand there."""

    badge: FooterItem
    report_entry: FooterItem
    site_code: FooterItem
    sponsor: FooterItem
    contact: FooterItem
    icp: FooterItem
    police: FooterItem
    site_map: FooterItem
    code_matches: bool | None
    report_code_matches: bool | None
    elsewhere: str
    navigation: str = ""

    def items(self) -> dict[str, FooterItem]:
        return {name: getattr(self, name) for name in LABELS}

    @property
    def missing(self) -> list[str]:
        return [name for name, item in self.items().items() if not item.present]


LABELS = {
    "badge": "党政机关网站标识",
    "report_entry": "我为政府网站找错",
    "site_code": "网站标识码",
    "sponsor": "主办单位",
    "contact": "联系方式",
    "icp": "ICP备案编号",
    "police": "公安机关备案标识",
    "site_map": "站点地图",
}


def footer_items(document: Document, registered_code: str = "") -> FooterItems:
    """The eight items, each searched in the footer, then in the whole page, then in what scripts write."""
    surfaces, elsewhere = footer_places(document)
    find = partial(_first, surfaces)
    code, report = find(_site_code), find(_report)
    if not report.present:
        report = _report_script(document)
    badge = find(_badge)
    if not badge.present:
        badge = _badge_script(document)
    return FooterItems(
        badge=badge,
        report_entry=report,
        site_code=code,
        sponsor=find(_sponsor),
        contact=find(_contact),
        icp=find(_icp),
        police=find(_police),
        site_map=find(partial(_link, words=_MAP_LINK)),
        code_matches=_matches(code.value, registered_code),
        report_code_matches=_matches(report.value, registered_code),
        elsewhere=elsewhere,
        navigation=find(_navigation).value,
    )


def _matches(value: str, registered: str) -> bool | None:
    return value.lower() == registered.strip().lower() if value and registered.strip() else None


def _first(surfaces: Iterable[Surface], look: Callable[[Surface], tuple[str, str] | None]) -> FooterItem:
    for surface in surfaces:
        hit = look(surface)
        if hit:
            return FooterItem(surface.found, fold(hit[0])[:200], fold(hit[1])[:200])
    return FooterItem()


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 10) : match.end() + 20]


def _site_code(surface: Surface) -> tuple[str, str] | None:
    match = _CODE.search(surface.text)
    return (match[1], _around(surface.text, match)) if match else None


def _sponsor(surface: Surface) -> tuple[str, str] | None:
    match = _SPONSOR.search(surface.text)
    if match:
        return match[1], _around(surface.text, match)
    # Of several the last stands nearest to the page's end.
    for said in list(_SPONSORED.finditer(surface.text) if surface.found is not Found.PAGE else ())[::-1]:
        name = _NAME_BEFORE.search(surface.text[max(0, said.start() - 44) : said.start()])
        if name and not _NO_SPONSOR.search(name[1]):
            return name[1], name[0] + "主办"
    return None


def _contact(surface: Surface) -> tuple[str, str] | None:
    # Above the footer any telephone of any notice would do; there only a link to the contact page counts.
    match = _CONTACT.search(surface.text) if surface.found is not Found.PAGE else None
    if match:
        return match[1] or match[2], _around(surface.text, match)
    return _link(surface, _CONTACT_LINK)


def _icp(surface: Surface) -> tuple[str, str] | None:
    match = _ICP.search(surface.text)
    if not match:
        return None
    return f"{match[1]}ICP备{match[2]}号{f'-{match[3]}' if match[3] else ''}", _around(surface.text, match)


def _police(surface: Surface) -> tuple[str, str] | None:
    match = _POLICE.search(surface.text)
    if match:
        return match[1], _around(surface.text, match)
    for url, _ in surface.links if surface.names("beian") else ():
        linked = _POLICE_LINK.search(url)
        if linked:
            return linked[1], url
    return None


def _link(surface: Surface, words: re.Pattern[str]) -> tuple[str, str] | None:
    return next(((url, text) for url, text in surface.links if words.search(text)), None)


def _navigation(surface: Surface) -> tuple[str, str] | None:
    return _link(surface, _NAVIGATION_LINK) if surface.found is not Found.PAGE else None


def _report(surface: Surface) -> tuple[str, str] | None:
    if not surface.names("exposure", "jiucuo", "找错", "纠错"):
        return None
    for url, text in surface.links:
        if _REPORT_LINK.search(url) or _REPORT_TEXT.search(text):
            code = _REPORT_CODE.search(url)
            return (code[1] if code else ""), url
    for url, words in surface.images:
        if "jiucuo" in url.lower() or _REPORT_TEXT.search(words):
            code = _REPORT_CODE.search(url) or next(
                filter(None, map(_REPORT_CODE.search, surface.handlers)), None
            )
            return (code[1] if code else ""), url or words
    return None


def _report_script(document: Document) -> FooterItem:
    node = document.tree.css_first("script#_jiucuo_, script[sitecode]")
    if node:
        attributes = node.attributes
        return FooterItem(
            Found.SCRIPT, (attributes.get("sitecode") or "").strip()[:40], (attributes.get("src") or "")[:200]
        )
    for node in document.tree.css("[data-setting][class*=jiucuo i], [data-setting][class*=find-wrong i]")[
        :20
    ]:
        setting = (node.attributes.get("data-setting") or "")[:300]
        if code := _REPORT_CODE.search(setting):
            return FooterItem(Found.SCRIPT, code[1], setting[:200])
    for source, text in document.scripts:
        found = _report_in(source or text)
        if found:
            return FooterItem(Found.SCRIPT, found[0], source[:200] or found[1])
    return FooterItem()


@lru_cache(maxsize=64)
def _report_in(text: str) -> tuple[str, str] | None:
    """(site code, address) of the 找错 entry that a script's address or text names."""
    match = _REPORT_LINK.search(text[:MAX_SCRIPT])
    if match is None:
        return None
    code = _REPORT_CODE.search(text[:MAX_SCRIPT])
    return (code[1] if code else ""), match[0]


def _badge(surface: Surface) -> tuple[str, str] | None:
    for url, _ in surface.links if surface.names("conac.cn") else ():
        if _BADGE_LINK.search(url):
            return url, url
    if surface.found is Found.PAGE:
        return None
    for url, words in surface.links:
        if _BADGE_TEXT.fullmatch(words.strip()):
            return "", url
    for url, words in surface.images:
        if _BADGE_IMAGE.search(url[-200:]) or _BADGE_IMAGE.search(words):
            return "", url or words
    return None


def _badge_script(document: Document) -> FooterItem:
    for node in document.tree.css("[data-setting][class*=j-gov i], [data-setting][class*=gov-mark i]")[:20]:
        setting = (node.attributes.get("data-setting") or "")[:200]
        if "sitecode" in setting.lower():
            return FooterItem(Found.SCRIPT, "", setting)
    for source, text in document.scripts:
        place = source or text[:MAX_SCRIPT]
        if "conac.cn" in place:
            at = place.index("conac.cn")
            return FooterItem(Found.SCRIPT, "", place[max(0, at - 20) : at + 120])
    return FooterItem()
