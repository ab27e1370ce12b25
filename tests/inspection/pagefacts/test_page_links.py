"""A page's checkable links and the causes of broken ones."""

from __future__ import annotations

import random

from include.inspection.extract.page_links import BrokenLink, CauseKind, dom_path, group_by_cause, page_links

BODY = """<div class="nav"><a href="/zwgk/">政务公开</a><a href="/zwgk/#top">再次</a></div>
<a href="files/1.PDF?x=1">附件</a><img src="/img/a.png" alt="图"><a href="/img/b.jpg">大图</a>
<a href="http://www.other.com/">外站</a><a href="http://zwgk.linshi.gov.cn/x">子站</a>
<a href="javascript:void(0)">不查</a><a href="mailto:a@b.cn">不查</a><a href="#x">不查</a><a href="">不查</a><img src="data:image/png;base64,AA">
<select><option value="http://www.mod.gov.cn">国防部</option><option value="3">三</option></select><iframe src="/f.html"></iframe>"""


def test_kinds(page):
    found = {
        link.url.rpartition("gov.cn")[2] or link.url: (link.kind, link.in_site)
        for link in page_links(page(BODY))
    }
    assert found == {
        "/zwgk/": ("page", True),
        "/zwgk/202410/files/1.PDF?x=1": ("attachment", True),
        "/img/a.png": ("image", True),
        "/img/b.jpg": ("image", True),
        "http://www.other.com/": ("outside", False),
        "/x": ("outside", False),
        "/": ("outside", False),
        "/f.html": ("page", True),
    }


def test_files_that_a_script_hands_out(page):
    body = (
        "<a href='/index.php?m=attachment&amp;c=down&amp;id=1'>申请表.doc</a><a href='/down?f=a.pdf&amp;k=2'>下载</a>"
        "<a href='/index.php?m=list&amp;id=2'>申请表</a><a href='/view.doc.html'>申请表.doc</a>"
    )
    assert [link.kind for link in page_links(page(body))] == ["attachment", "attachment", "page", "page"]


def test_hosts_of_the_site(page):
    kinds = {link.url: link.kind for link in page_links(page(BODY), ["zwgk.linshi.gov.cn"])}
    assert kinds["http://zwgk.linshi.gov.cn/x"] == "page"


def test_position_is_the_same_on_every_page_of_a_template(page):
    first = page_links(
        page(
            "<div id=top><ul class='a b'><li><a href='/1'>一</a></li><li><a href='/2'>二</a></li></ul></div>"
        )
    )
    assert {link.position for link in first} == {"body>div#top>ul.a>li>a"}


def test_dom_path_finds_the_element(page):
    document = page("<div><p>一</p><p><a href='/x'>甲</a></p></div>")
    assert dom_path(document.links[0].node) == "body > div > p:nth-of-type(2) > a"


def broken(page_url, target, outcome="404", **more):
    return BrokenLink(page_url, target, outcome, **more)


def test_one_cause_each():
    results = [
        *(broken(f"http://a/{number}", "http://a/gone.html") for number in range(3)),
        *(
            broken(
                f"http://a/{number}/x", f"http://a/{number}/foot.html", position="body>a", label="联系我们"
            )
            for number in range(4)
        ),
        *(
            broken("http://a/list", f"http://a/old/{number}.html", position="ul>a", label=f"稿件{number}")
            for number in range(5)
        ),
        *(broken("http://a/l", f"http://dead.cn/{number}/x", "dns", host_down=True) for number in range(2)),
        broken("http://a/", "http://a/single.html"),
    ]
    random.Random(7).shuffle(results)
    causes = group_by_cause(results)
    assert [(cause.kind, len(cause.links)) for cause in causes] == [
        (CauseKind.PREFIX, 5),
        (CauseKind.TEMPLATE, 4),
        (CauseKind.TARGET, 3),
        (CauseKind.HOST, 2),
        (CauseKind.SINGLE, 1),
    ]
    assert sum(len(cause.links) for cause in causes) == len(results)
    assert causes == group_by_cause(reversed(results))
    assert causes[2].pages == ["http://a/0", "http://a/1", "http://a/2"]


def test_near_misses_stay_single():
    assert [
        cause.kind for cause in group_by_cause([broken("p", "http://a/x/1"), broken("p", "http://a/x/2")])
    ] == [
        CauseKind.SINGLE,
        CauseKind.SINGLE,
    ]
    # The same place with other words, and the same target failing in two ways, are two causes.
    rows = [
        broken("p1", "http://a/1/x", position="li>a", label="甲"),
        broken("p2", "http://a/2/x", position="li>a", label="乙"),
    ]
    assert len(group_by_cause(rows)) == 2
    ways = [broken("p1", "http://a/x"), broken("p2", "http://a/x", "500")]
    assert len(group_by_cause(ways)) == 2
    assert group_by_cause([]) == []


def test_an_address_that_is_none_is_kept():
    assert [cause.key for cause in group_by_cause([broken("p", ""), broken("p", "http://[x/y")])] == [
        "",
        "http://[x/y",
    ]
