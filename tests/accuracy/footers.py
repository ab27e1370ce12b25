"""Bottoms of pages (底部功能区) in several wordings."""

from __future__ import annotations

from collections.abc import Collection


def site_code(host: str) -> str:
    return f"44{sum(map(ord, host)) % 9000 + 1000:04d}{sum(host.encode()) % 90 + 10:04d}"


def footer(style: str, items: Collection[str], site: str, host: str) -> str:
    """The bottom with just these items, see model.FOOTER."""
    code = site_code(host)
    parts = _WORDINGS[style](site, code)
    inner = "\n".join(parts[item] for item in parts if item in items)
    opening, closing = _WRAPPINGS[style]
    return f"{opening}{inner}<p>版权所有 2008-2026 您是第20261120位访客</p>{closing}"


def _plain(site: str, code: str) -> dict[str, str]:
    return {
        "site_map": '<a href="/wzdt/">网站地图</a> | <a href="/gywm/">关于我们</a>',
        "sponsor": f"<p>主办单位：{site}办公室</p>",
        "contact": "<p>联系电话：0668-5550100　地址：文化路18号</p>",
        "icp": '<a href="https://beian.miit.gov.cn/">粤ICP备05012345号-1</a>',
        "police": '<a href="http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=44090202000123">粤公网安备 44090202000123号</a>',
        "site_code": f"<span>网站标识码：{code}</span>",
        "party_mark": f'<a href="http://bszs.conac.cn/sitename?method=show&amp;id={code}AA"><img src="/images/blue.png" alt="党政机关"></a>',
        "find_error": f'<a href="https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code={code}"><img src="/images/jiucuo.png" alt="政府网站找错"></a>',
    }


def _script(site: str, code: str) -> dict[str, str]:
    return {
        "sponsor": f"<span>主办：{site}</span> <span>承办：县政务服务数据管理局</span>",
        "site_map": '<a href="/sitemap/index.html">站点地图</a>',
        "contact": "<span>联系我们：0668-5550100</span>",
        "icp": "<span>备案序号：粤ICP备05012345号</span>",
        "police": "<span>粤公网安备44090202000123号</span>",
        "site_code": f"<span>标识码：{code}</span>",
        "party_mark": "<script src='https://dcs.conac.cn/js/20/315/0000/40812345/CA203150000408123450001.js'></script>",
        "find_error": f"<script id='_jiucuo_' sitecode='{code}' src='https://zfwzgl.www.gov.cn/exposure/jiucuo.js'></script>",
    }


def _old(site: str, code: str) -> dict[str, str]:
    return {
        "sponsor": f"<center>{site}　主办</center>",
        "contact": "<center>电话:0668-5550100 邮箱:zfb@example.gov.cn</center>",
        "icp": "<center>粤 ICP 备 05012345 号</center>",
        "police": "<center>公安机关备案号：44090202000123</center>",
        "site_code": f"<center>政府网站标识码 {code}</center>",
        "site_map": '<center><a href="/map.htm"><img src=map.gif alt="网站地图"></a></center>',
        "party_mark": '<center><a href="http://bszs.conac.cn/sitename?method=show&id=1"><img src=red.png></a></center>',
        "find_error": f'<center><a href="http://pucha.kaipuyun.cn/exposure/jiucuo.html?site_code={code}"><img src=zc.png></a></center>',
    }


_WORDINGS = {"plain": _plain, "script": _script, "old": _old}
_WRAPPINGS = {
    "plain": ('<div class="footer">', "</div>"),
    "script": ('<footer id="foot"><div class="w1200">', "</div></footer>"),
    "old": ("<table width=1000 align=center><tr><td>", "</td></tr></table>"),
}
